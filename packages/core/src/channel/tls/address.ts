import { fail } from '../../errors/index.ts'

/** Host and port of `host:port`; an IPv6 host stands in brackets. @throws ERR_INPUT_RANGE */
export function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]+)):(\d{1,5})$/.exec(address)
  const host = match?.[1] ?? match?.[2]
  if (host === undefined) {
    fail('ERR_INPUT_RANGE', `expected an address host:port, found ${JSON.stringify(address)}`)
  }
  return { host, port: Number(match?.[3]) }
}
