/** Compresses the family of a folder; `wait` waits for it, `go` leaves it to the event loop. */
import { createCompressor } from '../../../lib/node/file/compress';
import { familyIn, keep } from './scratch';

const [folder, mode] = process.argv.slice(2);
const family = familyIn(folder!);
const compressor = createCompressor({ family, retention: keep(100), reserveBytes: 0, graceMs: 0 });
process.on('exit', () => compressor.abandon());
compressor.poke();
process.stdout.write('begun\n');
if (mode === 'wait') void compressor.idle().then(() => process.stdout.write('done\n'));
