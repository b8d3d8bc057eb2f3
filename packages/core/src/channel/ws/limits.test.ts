import { expect, it } from 'vitest'
import { expectCodeAsync } from '../../testing/index.ts'
import { webSocketTransport } from '../tls/test-transports.ts'

it('refuses a party more sockets than allowed', async () => {
  const listener = await webSocketTransport.listen({ maxSocketsPerParty: 2 })
  const connection = webSocketTransport.connect(listener.address)
  const opened = [await connection.open(), await connection.open()]
  const error = await expectCodeAsync('ERR_CHANNEL_CLOSED', connection.open())
  expect(error.details['reason']).toBe('HTTP status 429')
  for (const channel of opened) channel.abort()
  connection.close(0)
  await listener.close(0)
})
