// pg throws past the program when it is asked for a kind of login that it does not know: its parser's exception has nobody
// who could catch it. Whatever else comes so, ends the process as it would without this.
import process from "node:process";

process.on("uncaughtException", (error) => {
  if (/authenticationOk message type/.test(error.message)) return;
  console.error(error);
  process.exit(1);
});
