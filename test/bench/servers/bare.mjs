import { hello, serve } from './serve.mjs';

serve(hello);
