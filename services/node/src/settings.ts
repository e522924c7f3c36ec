/** One environment variable: what it means, its form, its default. The table below is the only place; docs/configuration.md is made from it. */
export interface Setting {
  readonly name: `HUIJIAO_${string}`
  /** `queue`: an address of PostgreSQL, or one or more of Redis. */
  readonly form: 'text' | 'integer' | 'path' | 'url' | 'queue' | 'list' | 'json'
  /** As it would be written in the environment; absent when the setting is optional without a default, or required. */
  readonly fallback?: string
  readonly required?: true
  /** May also be given as a file through `<name>_FILE`, and never appears in a log. */
  readonly secret?: true
  readonly pattern?: RegExp
  readonly among?: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly zh: string
  readonly en: string
}

const secondMs = 1000
const mebibyte = 1024 * 1024
const base64Of32Bytes = /^[A-Za-z0-9+/]{43}=$/

export const tiers = ['national', 'provincial', 'municipal', 'county'] as const
export const roles = ['api', 'worker'] as const
/** Of operators; the node's `roles` above are something else. */
export const operatorRoles = ['administrator', 'operator', 'clerk', 'viewer'] as const
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export const settings = [
  { name: 'HUIJIAO_REGION', form: 'text', required: true, pattern: /^\d{6}$/, zh: '本节点的行政区划代码（六位，GB/T 2260 或登记的扩展代码）', en: 'Region code of this node (six digits, GB/T 2260 or a registered extra code)' },
  { name: 'HUIJIAO_TIER', form: 'text', required: true, among: tiers, zh: '本节点的层级', en: 'Tier of this node' },
  { name: 'HUIJIAO_NAME', form: 'text', pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, zh: '节点名，出现在日志、流和密钥编号里；缺省为行政区划代码', en: 'Name of the node in logs, streams and key ids; the region code when absent' },
  { name: 'HUIJIAO_HOST', form: 'text', fallback: '127.0.0.1', zh: '监听地址', en: 'Address to listen on' },
  { name: 'HUIJIAO_PORT', form: 'integer', fallback: '7100', min: 0, max: 65535, zh: '监听端口；0 为任意空闲端口', en: 'Port to listen on; 0 takes any free one' },
  { name: 'HUIJIAO_PUBLIC_URL', form: 'url', zh: '对外地址（经反向代理时填写）；请求签名按它核对', en: 'Address as callers see it, when a proxy stands in front; signatures are verified against it' },
  { name: 'HUIJIAO_SYNTHETIC', form: 'text', fallback: 'no', pattern: /^(yes|no)$/, zh: '本节点只有合成数据（演示、培训）时填 yes，页面会标明', en: 'yes where all data is made up (demonstration, training): pages say so' },
  { name: 'HUIJIAO_DATA_DIR', form: 'path', fallback: '.huijiao', zh: '数据目录：密钥、大请求体暂存、内置数据库', en: 'Directory of keys, spooled bodies and the embedded database' },
  { name: 'HUIJIAO_DATABASE_URL', form: 'url', secret: true, pattern: /^postgres(ql)?:\/\//, zh: 'PostgreSQL 地址；缺省时由节点自己启动内置 PostgreSQL', en: 'PostgreSQL address; when absent the node starts an embedded PostgreSQL' },
  { name: 'HUIJIAO_DATABASE_POOL', form: 'integer', fallback: '12', min: 3, max: 500, zh: '数据库连接数上限', en: 'Most database connections at once' },
  { name: 'HUIJIAO_REPLICA_URL', form: 'url', secret: true, pattern: /^postgres(ql)?:\/\//, zh: '流复制只读副本的地址；填写后公开检索与记录页、控制台的列表从副本读取，副本落后或不可用时改读主库；报送方的查询始终读主库；缺省为不使用副本', en: 'Address of a streaming replica; public search and record pages and the lists of the console are then read there, and at the primary whenever the replica is behind or away. What participants ask is always read at the primary. Not used when absent' },
  { name: 'HUIJIAO_REPLICA_BEHIND_MS', form: 'integer', fallback: String(5 * secondMs), min: 100, max: 3600 * secondMs, zh: '副本落后多久以内可以读（毫秒）；撤销的内容最多在公开页面上多留这么久', en: 'How far behind a replica may be and still be read (milliseconds); what is revoked stays on public pages no longer than this' },
  { name: 'HUIJIAO_QUEUE_URL', form: 'queue', secret: true, pattern: /^(postgres(ql)?|rediss?):\/\//, zh: '任务队列地址：postgres:// 或 redis://；Redis Cluster 写几个节点（redis://甲:6379,乙:6379,丙:6379）或加 ?cluster=true；Redis 须设 maxmemory-policy noeviction（huijiao doctor 会检查），是否持久化均可，丢失的任务由清扫补齐；缺省用节点自己的数据库', en: 'Queue address, postgres:// or redis://. Of a Redis Cluster name several nodes (redis://a:6379,b:6379,c:6379) or add ?cluster=true. Redis needs maxmemory-policy noeviction, which huijiao doctor checks; it may keep nothing on disk, since the sweep finds lost jobs again. The node’s own database when absent' },
  { name: 'HUIJIAO_ADMIN_TOKEN', form: 'text', secret: true, pattern: /^[\x21-\x7e]{20,}$/, zh: '程序使用的管理令牌（至少 20 个可见字符），权限同全辖区管理员；缺省时不接受令牌，只能用账号登录', en: 'Operator token of the admin API for programs (at least 20 visible characters), with the rights of an administrator of the whole node; when absent only accounts can sign in' },
  { name: 'HUIJIAO_SESSION_IDLE_MINUTES', form: 'integer', fallback: '30', min: 1, max: 1440, zh: '用户登录闲置多少分钟后失效', en: 'Minutes without use after which an operator’s session ends' },
  { name: 'HUIJIAO_SESSION_HOURS', form: 'integer', fallback: '12', min: 1, max: 720, zh: '用户登录最长多少小时，到时须重新登录', en: 'Hours after which an operator’s session ends, used or not' },
  { name: 'HUIJIAO_PASSWORD_LENGTH', form: 'integer', fallback: '12', min: 8, max: 64, zh: '用户口令的最少字符数', en: 'Fewest characters of an operator’s password' },
  { name: 'HUIJIAO_PASSWORD_AGE_DAYS', form: 'integer', fallback: '0', min: 0, max: 3650, zh: '口令使用多少天后必须更换；0 为不因时间更换', en: 'Days after which a password must be changed; 0: never because of its age' },
  { name: 'HUIJIAO_PASSWORD_HISTORY', form: 'integer', fallback: '5', min: 0, max: 24, zh: '不得重复最近多少个旧口令', en: 'How many earlier passwords may not be used again' },
  { name: 'HUIJIAO_SECOND_FACTOR', form: 'list', among: operatorRoles, zh: '必须使用动态口令（第二因素）的角色；缺省为自愿', en: 'Roles that must have a second factor; when absent nobody must' },
  { name: 'HUIJIAO_TRUSTED_PROXIES', form: 'list', pattern: /^[0-9a-fA-F.:/]+( *, *[0-9a-fA-F.:/]+)*$/, zh: '反向代理的地址或网段，逗号分隔；由它们的 X-Forwarded-For、X-Forwarded-Proto 得知来访者。有代理时必须填写，否则所有人同一来源，登录限速会互相影响', en: 'Addresses or networks of the proxies in front, with commas; who calls is learnt from their X-Forwarded-For and X-Forwarded-Proto. Needed behind a proxy: without it all callers have one address and slow each other’s sign-ins down' },
  { name: 'HUIJIAO_PUBLIC_RATE', form: 'integer', fallback: '5', min: 1, max: 10_000, zh: '公开页面与 /public/v1 对每个来访地址每秒允许的请求数（可短时累积 12 秒；一次检索计 3 次）', en: 'Requests a second that the public pages and /public/v1 answer one address (12 seconds’ worth at once; a search counts as 3)' },
  { name: 'HUIJIAO_SIGNING_KEY', form: 'text', secret: true, zh: '签名私钥（Ed25519，PKCS#8 PEM），更换后依次接写；给出即用，不写入磁盘；缺省用数据目录 secrets/signing-key.pem，没有则生成', en: 'Private key that signs (Ed25519, PKCS#8 PEM), those that followed it behind it; used and not written to disk when given; secrets/signing-key.pem of the data directory, made if need be, when absent' },
  { name: 'HUIJIAO_DIGEST_SECRET', form: 'text', secret: true, pattern: base64Of32Bytes, zh: '主键摘要的秘密（32 字节的 base64）；给出即用，不写入磁盘；缺省用数据目录 secrets/digest-secret，没有则生成', en: 'Secret of the digests of keys (32 bytes in base64); used and not written to disk when given; secrets/digest-secret of the data directory, made if need be, when absent' },
  { name: 'HUIJIAO_SEALING_KEY', form: 'text', secret: true, pattern: base64Of32Bytes, zh: '密封字段的密钥（32 字节的 base64）；给出即用，不写入磁盘；缺省用数据目录 secrets/sealing-key，没有则生成', en: 'Key of sealed fields (32 bytes in base64); used and not written to disk when given; secrets/sealing-key of the data directory, made if need be, when absent' },
  { name: 'HUIJIAO_UPSTREAMS', form: 'json', fallback: '[]', zh: '上级节点：[{"name","url","tier","publicKey","feed",…}]；url 可为 https、folder 或 postgres 地址，报送范围、时间窗、分组、限速等各项见 docs/transports.zh-CN.md；publicKey（可选）为上级公钥的 base64，缺省时首次连接学习并固定；feed（可选）为接收的下行内容：{"kinds":["outcomes","standards","notices","corrections","records"] 中的若干,"entities":[…]}，缺省为前三种，entities 只限定 records 的数据表', en: 'Upstream nodes: [{"name","url","tier","publicKey","feed",…}]; url is an https, folder or postgres address, and what goes up, windows, groups and rates are in docs/transports.md; publicKey (optional) is the upstream’s key in base64, learnt and pinned at the first contact when absent; feed (optional) is what to take from above: {"kinds": some of ["outcomes","standards","notices","corrections","records"],"entities":[…]}, the first three when absent; entities bounds the tables of records' },
  { name: 'HUIJIAO_FOLDERS', form: 'json', fallback: '[]', zh: '下级节点经文件夹（网闸摆渡）报送时，请求到达、答复取走的目录：[{"name","path"}]，见 docs/transports.zh-CN.md', en: 'Directories where nodes below hand in by a pair of folders: [{"name","path"}], see docs/transports.md' },
  { name: 'HUIJIAO_STANDARDS', form: 'list', pattern: /^[A-Za-z0-9][\w.-]{0,59}( *, *[A-Za-z0-9][\w.-]{0,59})*$/, zh: '本节点使用的数据标准版本（如 2014,2018,2018-js）；缺省为发布机关管辖本地区的全部版本', en: 'Releases of the standard that this node serves (such as 2014,2018,2018-js); when absent, those whose issuing authority governs this region' },
  { name: 'HUIJIAO_STANDARD_KEYS', form: 'json', fallback: '[]', zh: '标准发布机关的公钥：[{"keyId","publicKey"}]（Ed25519，32 字节的 base64）；由它们或上级节点签名的数据标准才可装载', en: 'Keys of the authorities that issue the standard: [{"keyId","publicKey"}] (Ed25519, 32 bytes in base64); only what they or a node above have signed is loaded' },
  { name: 'HUIJIAO_STANDARD_NOTICE_MS', form: 'integer', fallback: String(30 * secondMs), min: 0, max: 3600 * secondMs, zh: '标准变更在生效前至少提前多久写入（毫秒），使同一数据库上的各进程同时切换；只有一个进程时可为 0', en: 'How long before its instant a change of the standard is written down at least (milliseconds), so that all processes on one database change together; 0 will do where there is one' },
  { name: 'HUIJIAO_ROLES', form: 'list', fallback: 'api,worker', among: roles, zh: '本进程承担的角色', en: 'What this process does' },
  { name: 'HUIJIAO_LOG_LEVEL', form: 'text', fallback: 'info', among: logLevels, zh: '日志级别', en: 'Log level' },
  { name: 'HUIJIAO_OTLP_URL', form: 'url', pattern: /^https?:\/\//, zh: '链路追踪（OpenTelemetry）的接收地址，如 http://collector:4318/v1/traces；缺省为不开启，此时不加载任何相关依赖', en: 'Where traces (OpenTelemetry, OTLP over HTTP) are sent, such as http://collector:4318/v1/traces; off when absent, and then nothing of it is loaded' },
  { name: 'HUIJIAO_TRACE_PERCENT', form: 'integer', fallback: '100', min: 0, max: 100, zh: '在本节点开始的链路中记录百分之几；由来访者开始的按其标志', en: 'Per cent of the traces begun here that are recorded; those begun by callers follow their flag' },
  { name: 'HUIJIAO_BODY_BYTES', form: 'integer', fallback: String(2048 * mebibyte), min: 1024, zh: '请求体上限（传输字节）', en: 'Most bytes of a body as sent' },
  { name: 'HUIJIAO_DECODED_BYTES', form: 'integer', fallback: String(8192 * mebibyte), min: 1024, zh: '解压后请求体上限（字节）', en: 'Most bytes of a body after decompression' },
  { name: 'HUIJIAO_ASYNC_BYTES', form: 'integer', fallback: String(256 * mebibyte), min: 1024, zh: '解压后超过此字节数即先答 202，再后台入库', en: 'A decoded body above this many bytes is answered 202 and stored in the background' },
  { name: 'HUIJIAO_ATTACHMENT_BYTES', form: 'integer', fallback: String(64 * mebibyte), min: 1024, max: 2048 * mebibyte, zh: '单个附件上限（字节）', en: 'Most bytes of one attachment' },
  { name: 'HUIJIAO_ATTACHMENT_QUOTA_BYTES', form: 'integer', fallback: String(64 * 1024 * mebibyte), min: 1024, zh: '每个接入单位的附件存储配额（字节）', en: 'Most bytes of all attachments of one participant' },
  { name: 'HUIJIAO_ATTACHMENT_UNNAMED_HOURS', form: 'integer', fallback: '168', min: 1, zh: '从未被记录引用的附件保留多久（小时）', en: 'How long an attachment that no record names is kept (hours)' },
  { name: 'HUIJIAO_FILE_KEEP_DAYS', form: 'integer', fallback: '30', min: 0, max: 3650, zh: '报送的 Excel、CSV、XML 文件（至多 20 MiB）加密保存多少天，供报送方取回标注了问题的工作簿；0 为不保存', en: 'Days for which a submitted Excel, CSV or XML file (20 MiB at most) is kept encrypted, so that its sender can have it back with the problems marked; 0 keeps none' },
  { name: 'HUIJIAO_LOG_KEEP_DAYS', form: 'integer', fallback: '0', min: 0, max: 36500, zh: '日志条目至少留在数据库中多少天：huijiao log detach 不移出比这更新的；0 为不因时间保留', en: 'Days for which entries of the log stay in the database at least: huijiao log detach takes out none that is younger; 0: age does not matter' },
  { name: 'HUIJIAO_VERSIONS_KEEP_DAYS', form: 'integer', fallback: '0', min: 0, max: 36500, zh: '各版本的内容至少留在数据库中多少天：huijiao versions detach 不移出比这更新的；0 为不因时间保留', en: 'Days for which the contents of versions stay in the database at least: huijiao versions detach takes out none that is younger; 0: age does not matter' },
  { name: 'HUIJIAO_BODIES_AT_ONCE', form: 'integer', fallback: '32', min: 1, max: 10000, zh: '同时接收的请求体数（不超过 64 KiB 的按八分之一计）；超出答 503 和 Retry-After', en: 'Bodies received at once, one of at most 64 KiB counting as an eighth; beyond it the answer is 503 with Retry-After' },
  { name: 'HUIJIAO_BODY_IDLE_MS', form: 'integer', fallback: String(30 * secondMs), min: 100, zh: '请求体停顿多久视为中断（毫秒）', en: 'A body that pauses this long is given up (milliseconds)' },
  { name: 'HUIJIAO_BODY_RATE_MIN', form: 'integer', fallback: '1024', min: 0, zh: '请求体的最低平均速率（字节/秒，首个停顿期之后起算）', en: 'Slowest average rate of a body (bytes a second, counted after the first idle period)' },
  { name: 'HUIJIAO_HEADERS_TIMEOUT_MS', form: 'integer', fallback: String(15 * secondMs), min: 100, zh: '请求头须在此时间内收完（毫秒）', en: 'The headers must arrive within this time (milliseconds)' },
  { name: 'HUIJIAO_REQUEST_TIMEOUT_MS', form: 'integer', fallback: String(3600 * secondMs), min: 1000, zh: '整个请求须在此时间内收完（毫秒）', en: 'A whole request must arrive within this time (milliseconds)' },
  { name: 'HUIJIAO_DRAIN_MS', form: 'integer', fallback: '0', min: 0, zh: '收到停止信号后，先在 /readyz 上答未就绪而照常服务多久（毫秒），供负载均衡摘除本进程；有多个进程时取其探测间隔的两三倍', en: 'How long after the signal to stop the process says at /readyz that it is not ready and goes on serving (milliseconds), so that a load balancer takes it out first; with several processes, two or three times its probe interval' },
  { name: 'HUIJIAO_STOP_GRACE_MS', form: 'integer', fallback: String(20 * secondMs), min: 0, zh: '停止时等待在途请求和任务的时间（毫秒）', en: 'How long a stop waits for requests and jobs under way (milliseconds)' },
  { name: 'HUIJIAO_SWEEP_MS', form: 'integer', fallback: String(30 * secondMs), min: 100, zh: '巡检间隔：由日志和游标重建任务（毫秒）', en: 'Interval of the sweep that rebuilds jobs from the log and the cursors (milliseconds)' },
  { name: 'HUIJIAO_IMPORT_SLICE_MS', form: 'integer', fallback: String(10 * secondMs), min: 1, zh: '一个大批次连续入库多久后让其他排队的批次先行（毫秒）', en: 'How long a large submission is stored at a stretch before others that wait get their turn (milliseconds)' },
  { name: 'HUIJIAO_RECONCILE_AT', form: 'text', fallback: '02:30', pattern: /^(([01]\d|2[0-3]):[0-5]\d|never)$/, zh: '每天与上级对账的时间（北京时间 HH:MM）；never 为不自动对账', en: 'When to compare with the upstreams every day (HH:MM in Asia/Shanghai); never: only on demand' },
  { name: 'HUIJIAO_FEED_WAIT_SECONDS', form: 'integer', fallback: '30', min: 0, max: 60, zh: '在上级等待下行内容的最长秒数（长轮询）；0 为只定时读取', en: 'How long to wait at an upstream for what comes down (long polling, seconds); 0: only read it now and then' },
  { name: 'HUIJIAO_PARKED_ALARM_HOURS', form: 'list', fallback: '24,168', pattern: /^\d{1,5}( *, *\d{1,5}){0,9}$/, zh: '待处理记录积压多少小时告警，逗号分隔', en: 'Hours after which parked records raise an alarm, with commas' },
  { name: 'HUIJIAO_SEND_TIMEOUT_MS', form: 'integer', fallback: String(60 * secondMs), min: 100, zh: '向上级发送一次的时限（毫秒）', en: 'Time limit of one sending to an upstream (milliseconds)' },
  { name: 'HUIJIAO_LINK_RETRY_MS', form: 'integer', fallback: '500', min: 10, zh: '上报通道中断后的首次重试间隔（毫秒），其后加倍', en: 'First retry of a link after an outage (milliseconds); it doubles after that' },
  { name: 'HUIJIAO_LINK_RETRY_MAX_MS', form: 'integer', fallback: String(15 * secondMs), min: 10, zh: '上报通道重试间隔上限（毫秒）', en: 'Longest wait between two tries of a link (milliseconds)' },
  { name: 'HUIJIAO_LINK_POLL_MS', form: 'integer', fallback: '2000', min: 10, zh: '经文件夹或前置库传输时，多久查看一次有无新的请求或答复（毫秒）', en: 'How often a pair of folders or a front database is looked at for new requests and answers (milliseconds)' },
] as const satisfies readonly Setting[]

export type SettingName = (typeof settings)[number]['name']

/** The page `docs/configuration.md`, made from the table. */
export function describeSettings(): string {
  const rows = (settings as readonly Setting[]).map((setting) => {
    const form = setting.among ? setting.among.map((value) => `\`${value}\``).join(' ') : setting.form
    const fallback = setting.required ? '**必填 required**' : setting.fallback === undefined ? '—' : `\`${setting.fallback}\``
    const name = setting.secret ? `\`${setting.name}\`<br>\`${setting.name}_FILE\`` : `\`${setting.name}\``
    return `| ${name} | ${form} | ${fallback} | ${setting.zh}<br>${setting.en} |`
  })
  return `# Configuration · 配置

Made from \`services/node/src/settings.ts\` by \`npm run generate\`; a test keeps it current.

A node reads the environment, and a file of \`NAME=value\` lines when it is started with \`--config FILE\`; the environment wins. All mistakes
are reported at once. A secret is given in the environment or, better, as a file named by \`<NAME>_FILE\`; nothing secret is taken from the
command line or written to the log. \`npx huijiao doctor\` checks a configuration without starting the node.

节点读取环境变量；以 \`--config 文件\` 启动时另读 \`NAME=value\` 各行，环境变量优先。所有错误一次报全。秘密只从环境变量或 \`<NAME>_FILE\` 所指文件读取，
不出现在命令行和日志里。\`npx huijiao doctor\` 只检查配置，不启动节点。

| name | form | default | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
