export { type ConnectGrpcOptions, connectGrpc } from './client.ts'
export { DEFAULT_MAX_STREAMS, type ServeGrpcOptions, serveGrpc } from './server.ts'
export type { KeepaliveOptions } from './service.ts'
