/** Appends numbered lines to the file of a family and rotates it after every few, as fast as it can: `folder id turns files`. */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { rotateNames } from '../../../lib/node/file/rotate-names';
import { familyIn, keep } from './scratch';

const [folder, id, turns, files] = process.argv.slice(2);
const family = familyIn(folder!);
process.stdout.write('ready\n');
let rotations = 0;
for (let turn = 0; turn < Number(turns); turn++) {
  const file = openSync(family.active, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  for (let line = 0; line < 3; line++) writeSync(file, `${id} ${turn} ${line}\n`);
  if (rotateNames(family, fstatSync(file), keep(Number(files)), 0, Date.now()) !== undefined) rotations++;
  closeSync(file);
}
process.stdout.write(`rotations ${rotations}\n`);
