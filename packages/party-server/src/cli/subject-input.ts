import { text } from 'node:stream/consumers'

/** The identity number from standard input: on the command line it would show in the process list and history. */
export async function readSubject(): Promise<string> {
  return (await text(process.stdin)).trim()
}
