/** Access records in a file, metrics with their history, the scope of each request, trace context, headers. */
import { trackHello } from './ours-tracking.mjs';
import { hello, serve } from './serve.mjs';

serve(trackHello({ routes: ['/hello'] }).listener(hello));
