/** Access records in a file, metrics with their history, the scope of each request, trace context, headers. */
import { trackHello } from './ours-tracking.mjs';
import { hello, serve } from './serve.mjs';

serve((await trackHello({ routes: ['/hello'] })).listener(hello));
