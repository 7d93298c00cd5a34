// The program that does operations on a host. It is bundled into one file, so that a host needs Node.js and nothing else.
//   node host-program.mjs OPERATION   reads the input as JSON from standard input; writes events, then the result, one JSON a line
//   node host-program.mjs supervise FOLDER
export {}
