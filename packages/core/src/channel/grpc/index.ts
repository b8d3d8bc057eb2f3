export { type ConnectGrpcOptions, connectGrpc, type GrpcConnection } from './client.ts'
export { partyUri } from './party-name.ts'
export { DEFAULT_MAX_STREAMS, type GrpcServer, type ServeGrpcOptions, serveGrpc } from './server.ts'
export type { KeepaliveOptions, TlsMaterial } from './service.ts'
