/**
 * One row per problem code. `status` is the HTTP status of a problem of the whole request; record problems have none
 * (they travel inside a 200 receipt). Titles and hints are what people read: Chinese first, English second.
 */
export interface ProblemKind {
  readonly status: number | null
  readonly title: { readonly zh: string; readonly en: string }
  readonly hint: { readonly zh: string; readonly en: string }
  /** True when the same request may succeed later without being changed. */
  readonly retryable: boolean
}

const request = (status: number, zh: string, en: string, hintZh: string, hintEn: string, retryable = false) =>
  ({ status, title: { zh, en }, hint: { zh: hintZh, en: hintEn }, retryable }) as const

const record = (zh: string, en: string, hintZh: string, hintEn: string, retryable = false) =>
  ({ status: null, title: { zh, en }, hint: { zh: hintZh, en: hintEn }, retryable }) as const

export const catalogue = {
  // --- the whole request -------------------------------------------------------------------------------------------
  'credentials-missing': request(401, '缺少身份凭据', 'Credentials are missing', '在 Authorization 头中提供 API 密钥（Bearer），或按 RFC 9421 签名', 'Send an API key as Authorization: Bearer, or sign the request (RFC 9421)'),
  'credentials-invalid': request(401, '身份凭据无效', 'Credentials are not valid', '核对密钥是否抄全、是否已吊销或过期；可请管理员轮换', 'Check that the key is complete and neither revoked nor expired; an operator can rotate it'),
  'signature-invalid': request(401, '请求签名不符', 'The request signature does not verify', '核对签名所覆盖的字段、密钥编号和签名基准串', 'Check the covered components, the key id and the signature base'),
  'signature-expired': request(401, '请求签名已过期或时间偏差过大', 'The request signature is expired or from another time', '校准本机时钟后重新签名', 'Set the clock and sign again'),
  'signature-replayed': request(401, '请求签名已被使用过', 'The request signature was used before', '每次发送使用新的 nonce 重新签名', 'Sign again with a new nonce'),
  'not-allowed': request(403, '没有此项权限', 'Not allowed', '请管理员核对本单位的授权范围', 'Ask an operator to check what this participant may do'),
  'not-found': request(404, '没有找到', 'Not found', '核对地址和编号', 'Check the address and the id'),
  'method-not-allowed': request(405, '此地址不支持该方法', 'This address does not take that method', '参见 /openapi.json', 'See /openapi.json'),
  'request-malformed': request(400, 'HTTP 请求格式错误', 'The HTTP request is malformed', '检查客户端或代理发出的请求行、请求头与分块', 'Check the request line, headers and chunks that the client or proxy writes'),
  'request-too-slow': request(408, '请求传得过慢', 'The request arrives too slowly', '检查网络后重发；大批次可压缩或拆分', 'Check the network and send again; compress or split a large submission', true),
  'headers-too-large': request(431, '请求头过大', 'The headers are too large', '请求头合计不超过 16 KiB', 'All headers together take at most 16 KiB'),
  'body-incomplete': request(400, '请求体未传完', 'The body ended early', '重新发送完整的请求体', 'Send the whole body again', true),
  'body-too-large': request(413, '请求体过大', 'The body is too large', '拆成多个批次，或改用 NDJSON', 'Split it, or use NDJSON'),
  'body-empty': request(400, '请求体为空', 'The body is empty', '请求体应为一个报送批次（JSON 或 NDJSON）', 'The body must be one submission (JSON or NDJSON)'),
  'media-type-unsupported': request(415, '不支持的内容类型', 'The media type is not supported', '使用 application/json 或 application/x-ndjson', 'Use application/json or application/x-ndjson'),
  'encoding-unsupported': request(415, '不支持的内容编码', 'The content encoding is not supported', '使用 identity、gzip 或 zstd', 'Use identity, gzip or zstd'),
  'encoding-broken': request(400, '压缩数据损坏或不完整', 'The compressed data is broken or ends early', '重新压缩后发送', 'Compress and send again'),
  'digest-mismatch': request(400, '内容摘要不符', 'The digest does not match the body', '按实际发送的字节重新计算 Content-Digest', 'Compute Content-Digest over the bytes that are sent'),
  'digest-missing': request(400, '缺少内容摘要', 'Content-Digest is missing', '签名的请求必须带 Content-Digest 并覆盖它', 'A signed request must carry Content-Digest and cover it'),
  'json-malformed': request(400, 'JSON 格式错误', 'The JSON is malformed', '用 JSON 校验工具检查所指位置', 'Check the place that is named with a JSON tool'),
  'json-not-utf8': request(400, '文本不是 UTF-8', 'The text is not UTF-8', '以 UTF-8 编码发送（常见原因：GBK）', 'Send UTF-8 (GBK is the usual cause)'),
  'json-too-deep': request(400, 'JSON 嵌套过深', 'The JSON is nested too deeply', '报送批次最多嵌套 32 层', 'A submission nests at most 32 levels'),
  'json-duplicate-key': request(400, 'JSON 对象中有重复的键', 'An object has the same key twice', '每个键只写一次', 'Write every key once'),
  'envelope-invalid': request(422, '批次信封不合要求', 'The envelope is not valid', '按 /openapi.json 中的示例填写 id、standard、responsible', 'Fill id, standard and responsible as the example in /openapi.json shows'),
  'submission-empty': request(422, '批次中没有记录', 'The submission has no records', '至少报送一条记录', 'Send at least one record'),
  'standard-unknown': request(422, '没有此数据标准版本', 'No such standard release', '参见 /v1/standards', 'See /v1/standards'),
  'submission-conflict': request(409, '批次编号已用于不同内容', 'The submission id was used with other content', '保持原字节重发，或换一个新的 id（相同的记录会答“无变化”）', 'Keep the bytes, or use a new id (identical records then answer unchanged)'),
  'idempotency-key-mismatch': request(400, 'Idempotency-Key 与批次 id 不一致', 'Idempotency-Key is not the submission id', '去掉该头，或使其等于 id', 'Leave the header out, or make it equal to id'),
  'atomic-too-large': request(413, '整批模式超出上限', 'Too large for atomic mode', '整批模式最多 10,000 条或 16 MiB；请改用 mode=partial', 'Atomic mode takes at most 10,000 records or 16 MiB; use mode=partial'),
  'parameter-invalid': request(400, '查询参数不合要求', 'A parameter is not valid', '参见 /openapi.json', 'See /openapi.json'),
  'too-many-requests': request(429, '请求过于频繁', 'Too many requests', '按 Retry-After 等待后重试', 'Wait as Retry-After says', true),
  'not-ready': request(503, '节点尚未就绪', 'The node is not ready', '稍后重试；/readyz 说明原因', 'Try again later; /readyz says why', true),
  'internal-error': request(500, '节点内部错误', 'The node failed', '凭 traceId 联系节点管理员；可安全重试', 'Tell the operator the traceId; it is safe to send again', true),

  // --- one record --------------------------------------------------------------------------------------------------
  'entity-unknown': record('标准中没有此数据表', 'The standard has no such entity', '参见 /v1/standards', 'See /v1/standards'),
  'record-malformed': record('记录结构不合要求', 'The record is not well formed', '记录须有 entity、operation、sourceId，upsert 须有 data', 'A record has entity, operation, sourceId; an upsert has data'),
  'record-too-large': record('单条记录过大', 'The record is too large', '单条记录最大 1 MiB；长文本与图片用附件', 'A record takes at most 1 MiB; send long texts and images as attachments'),
  'region-not-granted': record('超出授权的行政区域', 'The region is not granted', '只能报送授权区域内的项目或行为', 'Send only what lies in the granted regions'),
  'origin-not-granted': record('来源不在下级节点的辖区内', 'The origin is outside the lower node’s region', '下级节点只能转报本辖区来源', 'A lower node forwards only origins inside its region'),
  'source-version-conflict': record('同一来源版本号内容不同', 'Same sourceVersion, other content', '内容变化时请递增 sourceVersion', 'Raise sourceVersion when the content changes'),
  'version-conflict': record('同一版本的内容承诺不同', 'Same version, other commitment', '两级节点对同一版本各执一词，须人工核查', 'Two nodes disagree about one version; a person has to look'),
  'record-id-conflict': record('记录编号已属于另一业务主键', 'The record id belongs to another key', '须人工核查来源节点', 'A person has to look at the origin node'),
  'withdraw-in-force': record('已入库的记录不能撤回', 'A record in force cannot be withdrawn', '请走更正程序', 'Use the correction procedure'),
  'withdraw-conduct': record('行为记录不能撤回', 'Conduct is never withdrawn', '决定变更或撤销请走相应程序', 'A changed or revoked decision has its own procedure'),
  'atomic-rolled-back': record('整批模式下因其他记录退回', 'Refused with the atomic whole', '改正被退回的记录后整批重报', 'Mend the refused records and send the whole again', true),
  'release-unknown': record('上级不支持此标准版本', 'The upstream does not serve this release', '待上级装载该标准版本后重试', 'Retry when the upstream has loaded the release', true),
  'custody-invalid': record('流转证明不成立', 'The custody proof does not verify', '须人工核查下级节点的日志', 'A person has to look at the lower node’s log'),
  'parent-missing': record('所引用的上级记录尚未到达', 'The record it refers to is not here yet', '先报送被引用的记录；本记录待关联', 'Send the record it refers to; this one is held', true),
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof catalogue
