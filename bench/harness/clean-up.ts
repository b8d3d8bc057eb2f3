/**
 * Runs `action` when this process exits, unless the returned function was called before; what was registered last runs
 * first, as a process has to end before the folder goes that it works in.
 */
export function onExit(action: () => void): () => void {
  process.prependOnceListener('exit', action)
  return () => process.off('exit', action)
}

/** Lets an interrupt end the process through its exit handlers, so that no daemon and no folder is left behind. */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
}
