export { type ConnectWebSocketOptions, connectWebSocket } from './client.ts'
export type { WebSocketOptions } from './options.ts'
export { DEFAULT_MAX_SOCKETS, type ServeWebSocketOptions, serveWebSocket } from './server.ts'
