import type { ErrorClass } from './errors.ts'

/** What a stable code stands for: the class that carries it, when it is raised, what the caller does next. */
export interface CodeEntry {
  readonly class: ErrorClass
  readonly when: string
  readonly next: string
  readonly nextZh: string
  /** True when the same call may succeed later without anything being changed. */
  readonly retryable?: true
}

/** Keeps the literal keys of a table of codes while checking its entries. */
const codes = <const T extends Record<string, CodeEntry>>(table: T): T => table

/** Every stable error code of the project. Codes are never renamed or reused. */
export const ERROR_CODES = codes({
  ERR_INTERNAL: {
    class: 'ProtocolStateError',
    when: 'a server failed in a way it has no code for; its own log has the cause',
    next: 'ask the operator of the refusing party, naming the session id',
    nextZh: '对方内部错误；请将会话编号告知对方运维',
  },
  ERR_PARAMETER_UNKNOWN: {
    class: 'ParameterError',
    when: 'a parameter id, suite, protocol or option value is not one this build knows',
    next: 'use an id listed in DESIGN.md, or upgrade the older of the two sides',
    nextZh: '请使用 DESIGN.md 中列出的参数标识，或升级较旧的一方',
  },
  ERR_PARAMETER_INSECURE: {
    class: 'ParameterError',
    when: 'a parameter set made for tests is used where real data flow',
    next: 'choose a parameter set whose id does not start with insecure_',
    nextZh: '请选择标识不以 insecure_ 开头的参数集',
  },
  ERR_INPUT_LENGTH: {
    class: 'InputError',
    when: 'an argument has the wrong length',
    next: 'pass a value of the length that the message names',
    nextZh: '请传入错误信息所要求长度的值',
  },
  ERR_INPUT_RANGE: {
    class: 'InputError',
    when: 'an argument lies outside its range or is degenerate (zero scalar, identity element)',
    next: 'pass a value in the range that the message names',
    nextZh: '请传入错误信息所要求范围内的值',
  },
  ERR_DECODE_LENGTH: {
    class: 'DecodeError',
    when: 'bytes from outside are truncated, or a field is longer than its limit',
    next: 'treat the sender as faulty; check that both sides run the same wire version',
    nextZh: '对方数据有误；请确认双方协议版本一致',
  },
  ERR_DECODE_TRAILING: {
    class: 'DecodeError',
    when: 'bytes from outside go on after the end of the message',
    next: 'treat the sender as faulty; check that both sides run the same wire version',
    nextZh: '对方数据有误；请确认双方协议版本一致',
  },
  ERR_DECODE_CANONICAL: {
    class: 'DecodeError',
    when: 'a record is well formed but is not the one canonical encoding of its value',
    next: 'treat the sender as faulty; encode with the codec of the core package',
    nextZh: '对方数据不是规范编码；请使用 core 包的编解码器',
  },
  ERR_DECODE_SCHEMA: {
    class: 'DecodeError',
    when: 'a record lacks a field, has an unknown one, or a value of the wrong type or range',
    next: 'treat the sender as faulty; check that both sides run the same wire version',
    nextZh: '对方数据字段有误；请确认双方协议版本一致',
  },
  ERR_DECODE_ELEMENT: {
    class: 'DecodeError',
    when: 'a group element is non-canonical, not in the group, or the identity',
    next: 'treat the sender as hostile or faulty and keep the session id for the association',
    nextZh: '群元素非法；请保留会话编号并报告协会',
  },
  ERR_DECODE_SCALAR: {
    class: 'DecodeError',
    when: 'a scalar is not reduced modulo the group order, or is zero where it must not be',
    next: 'treat the sender as hostile or faulty and keep the session id for the association',
    nextZh: '标量非法；请保留会话编号并报告协会',
  },
  ERR_STATE_CONSUMED: {
    class: 'ProtocolStateError',
    when: 'a one-shot protocol state is used a second time',
    next: 'start a new run; a state serves one run only',
    nextZh: '请重新发起协议；状态只能使用一次',
  },
  ERR_VERIFY_SIGNATURE: {
    class: 'VerificationError',
    when: 'a signature does not verify under the key of the named signer',
    next: 'do not use the message; compare the key with the member entry on the ledger',
    nextZh: '签名无效；请与账本上的成员公钥核对',
  },
  ERR_VERIFY_DLEQ: {
    class: 'VerificationError',
    when: 'an evaluation was not made with the key that the provider committed to',
    next: 'nothing was learned or leaked; report the provider and its evaluation to the association',
    nextZh: '对方未使用其承诺的密钥计算；请报告协会',
  },
  ERR_VERIFY_BLINDING: {
    class: 'VerificationError',
    when: 'the proof that the blinded element belongs to the consented subject fails',
    next: 'blind the element of the recorded intent and prove it in the same session',
    nextZh: '盲化证明无效；请对已登记意图中的元素盲化并在同一会话中证明',
  },
  ERR_VERIFY_KEY_POSSESSION: {
    class: 'VerificationError',
    when: 'a committed evaluation key comes without a valid proof of possession',
    next: 'the commitment is not accepted; the provider publishes again',
    nextZh: '密钥持有证明无效；请数据提供方重新发布',
  },
  ERR_VERIFY_ROOT: {
    class: 'VerificationError',
    when: 'a sealed table does not hash to its committed root, or its tags are not strictly increasing',
    next: 'the table is discarded; sync again, then report the provider',
    nextZh: '密封表与承诺的根不符，已丢弃；请重新同步或报告协会',
  },
  ERR_VERIFY_ROW: {
    class: 'VerificationError',
    when: 'a row or a proof of none is not under the committed root',
    next: 'do not use the row; report the provider with the evidence',
    nextZh: '该行不在承诺的根之下；请勿使用并报告协会',
  },
  ERR_VERIFY_OPEN: {
    class: 'VerificationError',
    when: 'a row under the root does not decrypt, or its content is malformed',
    next: 'dispute the row with the association; there is no automatic retry',
    nextZh: '该行无法解密；请向协会提出异议，系统不会自动重试',
  },
  ERR_VERIFY_COMMITMENT: {
    class: 'VerificationError',
    when: 'an opened commitment does not match the committed value',
    next: 'treat the opening as forged',
    nextZh: '承诺打开不一致，视为伪造',
  },
  ERR_LIMIT_FRAME_BYTES: {
    class: 'LimitError',
    when: 'a frame is larger than maxFrameBytes',
    next: 'raise maxFrameBytes on both sides, or split the message',
    nextZh: '帧过大；请在双方调高 maxFrameBytes 或拆分消息',
  },
  ERR_CHANNEL_CLOSED: {
    class: 'ChannelError',
    when: 'the peer or the network closed the channel before the message arrived',
    next: 'check that the peer is running and reachable, then ask again',
    nextZh: '连接已断开；请确认对方在线后重试',
    retryable: true,
  },
  ERR_CHANNEL_ABORTED: {
    class: 'ChannelError',
    when: 'the caller aborted the operation',
    next: 'call again when wanted',
    nextZh: '操作已被取消；需要时请重新调用',
    retryable: true,
  },
  ERR_CHANNEL_TIMEOUT: {
    class: 'ChannelError',
    when: 'the peer did not answer within the deadline',
    next: 'the party counts as missing; ask again later',
    nextZh: '对方未在期限内应答，按缺席处理；请稍后重试',
    retryable: true,
  },
  ERR_CHANNEL_TLS: {
    class: 'ChannelError',
    when: 'the TLS handshake fails: foreign, expired or missing certificate',
    next: 'check that both certificates come from the consortium CA and name the right party',
    nextZh: 'TLS 握手失败；请检查证书是否由联盟 CA 签发且名称正确',
  },
  ERR_PEER_IDENTITY: {
    class: 'PeerError',
    when: 'the certificate, the hello and the member registry do not name the same party',
    next: 'use the home folder of the party whose certificate is presented',
    nextZh: '证书、握手与成员登记不一致；请使用证书所属机构的主目录',
  },
  ERR_PEER_REFUSED: {
    class: 'PeerError',
    when: 'the peer refused; details.peerCode holds its code',
    next: 'see the entry of details.peerCode',
    nextZh: '对方拒绝；请查看 details.peerCode 对应的说明',
  },
  ERR_SESSION_PROTOCOL: {
    class: 'PeerError',
    when: 'a hello names a protocol, wire version, suite or parameter set that this server does not offer',
    next: 'upgrade the older side, or use a parameter set enabled in the consortium',
    nextZh: '协议、版本、套件或参数集不受支持；请升级较旧的一方',
  },
  ERR_SESSION_DEADLINE: {
    class: 'PeerError',
    when: 'a hello arrives after its own deadline',
    next: 'check the clocks of both machines',
    nextZh: '握手已过期；请检查双方时钟',
    retryable: true,
  },
})

export type ErrorCode = keyof typeof ERROR_CODES
