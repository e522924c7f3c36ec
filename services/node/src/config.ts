import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { isIP } from 'node:net'
import { type AccessSettings, defaultAccessSettings, type Role as OperatorRole } from '@huijiao/access'
import type { Tier } from '@huijiao/database'
import type { AttachmentLimits } from '@huijiao/exchange'
import { pemBlocks, readSigningKey, thirtyTwoBytes } from '@huijiao/identity'
import { readRedisAddress } from './redis-address.ts'
import { type Setting, type SettingName, type logLevels, type roles, settings } from './settings.ts'
import { type AuthorityKey, readAuthorityKeys } from './standard-keys.ts'
import { type Folder, readFolders } from './transport/folders.ts'
import { type Upstream, readUpstreams } from './upstreams.ts'

export type Role = (typeof roles)[number]

export interface Config {
  readonly node: { readonly name: string; readonly region: string; readonly tier: Tier }
  readonly http: {
    readonly host: string
    readonly port: number
    /** Without a trailing slash; null when callers reach the node directly. */
    readonly publicUrl: string | null
    /** All data is made up, and pages say so. */
    readonly synthetic: boolean
    /** Requests a second that an address may make of what is public. */
    readonly publicRate: number
    /** Addresses and networks whose word about the caller counts. */
    readonly trustedProxies: readonly string[]
    readonly bodyBytesMax: number
    readonly decodedBytesMax: number
    readonly asyncBytes: number
    readonly bodiesAtOnce: number
    readonly bodyIdleMs: number
    readonly bodyRateMin: number
    readonly headersTimeoutMs: number
    readonly requestTimeoutMs: number
    readonly drainMs: number
    readonly stopGraceMs: number
  }
  readonly access: AccessSettings
  readonly attachments: AttachmentLimits & { readonly unnamedMs: number }
  /** Days for which a submitted file of rows is kept for its sender. */
  readonly fileKeepDays: number
  /** Days for which entries of the log are not taken out of the database; 0: age does not matter. */
  readonly logKeepDays: number
  readonly versionsKeepDays: number
  readonly dataDir: string
  readonly databasePool: number
  /** A replica that is further behind is not read. */
  readonly replicaBehindMs: number
  readonly upstreams: readonly Upstream[]
  readonly folders: readonly Folder[]
  readonly standards: {
    /** Null: every release whose issuer governs this region. */
    readonly served: readonly string[] | null
    readonly keys: readonly AuthorityKey[]
    readonly noticeMs: number
  }
  /** Traces; off when there is no address. */
  readonly traces: { readonly url: string | null; readonly percent: number }
  readonly roles: ReadonlySet<Role>
  readonly logLevel: (typeof logLevels)[number]
  readonly jobs: {
    readonly sweepMs: number
    /** `HH:MM` in Asia/Shanghai; null: never by itself. */
    readonly reconcileAt: string | null
    readonly importSliceMs: number
    readonly sendTimeoutMs: number
    /** 0: no waiting. */
    readonly feedWaitSeconds: number
    /** Ascending. */
    readonly parkedAlarmHours: readonly number[]
    readonly linkRetryMs: number
    readonly linkRetryMaxMs: number
    readonly linkPollMs: number
  }
  /** Never logged. */
  readonly secrets: {
    readonly databaseUrl: string | null
    readonly replicaUrl: string | null
    readonly queueUrl: string | null
    readonly adminToken: string | null
    /** This and the next two: null when it comes from the data directory. */
    readonly signingKeyPem: string | null
    /** 32 bytes. */
    readonly digestSecret: Buffer | null
    /** 32 bytes. */
    readonly sealingKey: Buffer | null
  }
}

/** One thing that is wrong with the configuration, for people. */
export interface ConfigMistake {
  readonly setting: string
  readonly zh: string
  readonly en: string
}

/** Thrown by `readConfig` with every mistake at once. */
export class ConfigError extends Error {
  readonly mistakes: readonly ConfigMistake[]
  constructor(mistakes: readonly ConfigMistake[]) {
    super(mistakes.map((mistake) => `${mistake.setting}: ${mistake.zh}\n${mistake.setting}: ${mistake.en}`).join('\n'))
    this.name = 'ConfigError'
    this.mistakes = mistakes
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the whole configuration once; after that nobody reads the environment.
 * @param env usually `process.env`
 * @param file text of `NAME=value` lines; the environment wins over it
 * @throws ConfigError naming every mistake
 */
export function readConfig(env: Environment, file?: string): Config {
  const mistakes: ConfigMistake[] = []
  const given: Environment = { ...readFileSettings(file, mistakes), ...withoutEmpty(env) }
  const values = new Map<string, string>()
  for (const setting of settings as readonly Setting[]) {
    const value = readSetting(setting, given, mistakes)
    if (value !== undefined) values.set(setting.name, value)
  }
  const text = (name: SettingName): string | null => values.get(name) ?? null
  const integer = (name: SettingName): number => Number(values.get(name) ?? 0)
  const list = (name: SettingName): string[] =>
    text(name)
      ?.split(',')
      .map((item) => item.trim()) ?? []
  const stray = list('HUIJIAO_TRUSTED_PROXIES').find((item) => !isAddressOrNetwork(item))
  if (stray !== undefined)
    mistakes.push({ setting: 'HUIJIAO_TRUSTED_PROXIES', zh: `${stray} 不是地址或网段`, en: `${stray} is neither an address nor a network` })
  const tier = (text('HUIJIAO_TIER') ?? 'county') as Tier
  const upstreams = readUpstreams(text('HUIJIAO_UPSTREAMS') ?? '[]', tier, mistakes)
  const folders = readFolders(text('HUIJIAO_FOLDERS') ?? '[]', mistakes)
  const keys = readAuthorityKeys(text('HUIJIAO_STANDARD_KEYS') ?? '[]', mistakes)
  if (integer('HUIJIAO_LINK_RETRY_MAX_MS') < integer('HUIJIAO_LINK_RETRY_MS')) {
    mistakes.push({
      setting: 'HUIJIAO_LINK_RETRY_MAX_MS',
      zh: '不得小于 HUIJIAO_LINK_RETRY_MS',
      en: 'must not be below HUIJIAO_LINK_RETRY_MS',
    })
  }
  const signingKeyPem = text('HUIJIAO_SIGNING_KEY')
  if (signingKeyPem !== null) checkSigningKey(signingKeyPem, mistakes)
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  const bytes = (name: SettingName): Buffer | null => (values.has(name) ? thirtyTwoBytes(values.get(name)!) : null)
  const region = text('HUIJIAO_REGION')!
  return {
    node: { name: text('HUIJIAO_NAME') ?? region, region, tier },
    http: {
      host: text('HUIJIAO_HOST')!,
      port: integer('HUIJIAO_PORT'),
      publicRate: integer('HUIJIAO_PUBLIC_RATE'),
      publicUrl: text('HUIJIAO_PUBLIC_URL')?.replace(/\/+$/, '') ?? null,
      synthetic: text('HUIJIAO_SYNTHETIC') === 'yes',
      trustedProxies: list('HUIJIAO_TRUSTED_PROXIES'),
      bodyBytesMax: integer('HUIJIAO_BODY_BYTES'),
      decodedBytesMax: integer('HUIJIAO_DECODED_BYTES'),
      asyncBytes: integer('HUIJIAO_ASYNC_BYTES'),
      bodiesAtOnce: integer('HUIJIAO_BODIES_AT_ONCE'),
      bodyIdleMs: integer('HUIJIAO_BODY_IDLE_MS'),
      bodyRateMin: integer('HUIJIAO_BODY_RATE_MIN'),
      headersTimeoutMs: integer('HUIJIAO_HEADERS_TIMEOUT_MS'),
      requestTimeoutMs: integer('HUIJIAO_REQUEST_TIMEOUT_MS'),
      drainMs: integer('HUIJIAO_DRAIN_MS'),
      stopGraceMs: integer('HUIJIAO_STOP_GRACE_MS'),
    },
    access: {
      ...defaultAccessSettings,
      sessionIdleMs: integer('HUIJIAO_SESSION_IDLE_MINUTES') * 60_000,
      sessionMs: integer('HUIJIAO_SESSION_HOURS') * 3_600_000,
      passwordLength: integer('HUIJIAO_PASSWORD_LENGTH'),
      passwordAgeMs: integer('HUIJIAO_PASSWORD_AGE_DAYS') === 0 ? null : integer('HUIJIAO_PASSWORD_AGE_DAYS') * 24 * 3_600_000,
      passwordHistory: integer('HUIJIAO_PASSWORD_HISTORY'),
      secondFactorRoles: new Set(list('HUIJIAO_SECOND_FACTOR') as OperatorRole[]),
    },
    attachments: {
      bytesMax: integer('HUIJIAO_ATTACHMENT_BYTES'),
      quotaBytes: integer('HUIJIAO_ATTACHMENT_QUOTA_BYTES'),
      unnamedMs: integer('HUIJIAO_ATTACHMENT_UNNAMED_HOURS') * 3_600_000,
    },
    fileKeepDays: integer('HUIJIAO_FILE_KEEP_DAYS'),
    logKeepDays: integer('HUIJIAO_LOG_KEEP_DAYS'),
    versionsKeepDays: integer('HUIJIAO_VERSIONS_KEEP_DAYS'),
    dataDir: resolve(text('HUIJIAO_DATA_DIR')!),
    databasePool: integer('HUIJIAO_DATABASE_POOL'),
    replicaBehindMs: integer('HUIJIAO_REPLICA_BEHIND_MS'),
    upstreams,
    folders,
    standards: {
      served:
        text('HUIJIAO_STANDARDS')
          ?.split(',')
          .map((id) => id.trim()) ?? null,
      keys,
      noticeMs: integer('HUIJIAO_STANDARD_NOTICE_MS'),
    },
    traces: { url: text('HUIJIAO_OTLP_URL'), percent: integer('HUIJIAO_TRACE_PERCENT') },
    roles: new Set(
      text('HUIJIAO_ROLES')!
        .split(',')
        .map((role) => role.trim()) as Role[],
    ),
    logLevel: text('HUIJIAO_LOG_LEVEL') as Config['logLevel'],
    jobs: {
      sweepMs: integer('HUIJIAO_SWEEP_MS'),
      reconcileAt: text('HUIJIAO_RECONCILE_AT') === 'never' ? null : text('HUIJIAO_RECONCILE_AT'),
      importSliceMs: integer('HUIJIAO_IMPORT_SLICE_MS'),
      sendTimeoutMs: integer('HUIJIAO_SEND_TIMEOUT_MS'),
      feedWaitSeconds: integer('HUIJIAO_FEED_WAIT_SECONDS'),
      parkedAlarmHours: [...new Set(list('HUIJIAO_PARKED_ALARM_HOURS').map(Number))].sort((a, b) => a - b),
      linkRetryMs: integer('HUIJIAO_LINK_RETRY_MS'),
      linkRetryMaxMs: integer('HUIJIAO_LINK_RETRY_MAX_MS'),
      linkPollMs: integer('HUIJIAO_LINK_POLL_MS'),
    },
    secrets: {
      databaseUrl: text('HUIJIAO_DATABASE_URL'),
      replicaUrl: text('HUIJIAO_REPLICA_URL'),
      queueUrl: text('HUIJIAO_QUEUE_URL'),
      adminToken: text('HUIJIAO_ADMIN_TOKEN'),
      signingKeyPem,
      digestSecret: bytes('HUIJIAO_DIGEST_SECRET'),
      sealingKey: bytes('HUIJIAO_SEALING_KEY'),
    },
  }
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more !== undefined) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** What the library says of a key it cannot read is left out: it does not help, and nothing of the key may show. */
function checkSigningKey(pem: string, mistakes: ConfigMistake[]): void {
  try {
    const blocks = pemBlocks(pem)
    if (blocks.length === 0) throw new RangeError('no PEM')
    for (const block of blocks) readSigningKey('HUIJIAO_SIGNING_KEY', block)
  } catch {
    mistakes.push({
      setting: 'HUIJIAO_SIGNING_KEY',
      zh: '须为未加口令的 Ed25519 私钥（PKCS#8 PEM）',
      en: 'must be an Ed25519 private key (PKCS#8 PEM) without a passphrase',
    })
  }
}

/** Names that look like ours and are none, such as a misspelt one; harmless in the environment, where other programs' settings live too. */
export function unknownSettings(env: Environment): string[] {
  return Object.keys(env).filter((name) => name.startsWith('HUIJIAO_') && !name.startsWith('HUIJIAO_DEMO_') && !isKnown(name))
}

function isKnown(name: string): boolean {
  return (settings as readonly Setting[]).some(
    (setting) => setting.name === name || (setting.secret === true && `${setting.name}_FILE` === name),
  )
}

/** An empty variable means absent: that is how compose files leave one out. */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('HUIJIAO_') && value !== undefined && value !== ''),
  )
}

function readFileSettings(file: string | undefined, mistakes: ConfigMistake[]): Environment {
  if (file === undefined) return {}
  const parsed = parseEnv(file)
  for (const name of Object.keys(parsed).filter((candidate) => !isKnown(candidate))) {
    mistakes.push({ setting: name, zh: '没有此项设置，请核对拼写', en: 'there is no such setting; check the spelling' })
  }
  return withoutEmpty(parsed)
}

function readSetting(setting: Setting, given: Environment, mistakes: ConfigMistake[]): string | undefined {
  const wrong = (zh: string, en: string): undefined => {
    mistakes.push({ setting: setting.name, zh, en })
  }
  let value = given[setting.name]
  const path = setting.secret ? given[`${setting.name}_FILE`] : undefined
  if (path !== undefined && value !== undefined)
    return wrong(`与 ${setting.name}_FILE 只能给一个`, `give either it or ${setting.name}_FILE`)
  if (path !== undefined) {
    try {
      value = readFileSync(path, 'utf8').trim()
    } catch (error) {
      return wrong(`读不了文件 ${path}`, `cannot read ${path}: ${(error as Error).message}`)
    }
  }
  value ??= setting.fallback
  if (value === undefined) return setting.required ? wrong('必须填写', 'is required') : undefined
  // A wrong secret is described, never shown.
  const shown = setting.secret ? '' : `（${value}）`
  const shownEn = setting.secret ? '' : ` (${value})`
  if (setting.form === 'integer') {
    const number = Number(value)
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) return wrong(`须为非负整数${shown}`, `must be a whole number${shownEn}`)
    if (setting.min !== undefined && number < setting.min)
      return wrong(`不得小于 ${setting.min}${shown}`, `must be at least ${setting.min}${shownEn}`)
    if (setting.max !== undefined && number > setting.max)
      return wrong(`不得大于 ${setting.max}${shown}`, `must be at most ${setting.max}${shownEn}`)
  }
  if (setting.form === 'url' && !URL.canParse(value)) return wrong(`须为网址${shown}`, `must be an address${shownEn}`)
  if (setting.form === 'queue' && (/^rediss?:/.test(value) ? readRedisAddress(value) === null : !URL.canParse(value)))
    return wrong('须为 postgres://… 或 redis://主机:端口[,主机:端口…]', 'must be postgres://… or redis://host:port[,host:port…]')
  if (setting.pattern && !setting.pattern.test(value))
    return wrong(`格式不对${shown}：${setting.zh}`, `has the wrong form${shownEn}: ${setting.en}`)
  const items = setting.form === 'list' ? value.split(',').map((item) => item.trim()) : [value]
  const stray = setting.among && items.find((item) => !setting.among!.includes(item))
  if (stray !== undefined)
    return wrong(`须为 ${setting.among!.join(' / ')} 之一${shown}`, `must be one of ${setting.among!.join(', ')}${shownEn}`)
  return value
}
