/** Where the Redis of the queues is: one server, or the nodes of a Redis Cluster that are asked first. */
export interface RedisAddress {
  readonly servers: readonly { readonly host: string; readonly port: number }[]
  readonly cluster: boolean
  readonly tls: boolean
  readonly username: string
  readonly password: string
  /** Number of the database; a cluster has only 0. */
  readonly db: number
}

const form = /^(redis|rediss):\/\/(?:([^@/]*)@)?([^@/?]+)(?:\/(\d*))?(?:\?(.*))?$/

/**
 * Reads `redis://[user:password@]host[:port][,host[:port]…][/db][?cluster=true]`. Several hosts, or `cluster=true`, mean a Redis Cluster; `rediss` is TLS.
 * Null when it is none of this form.
 */
export function readRedisAddress(text: string): RedisAddress | null {
  const [, scheme, credentials = '', hosts = '', db = '', query = ''] = form.exec(text) ?? []
  if (scheme === undefined) return null
  const servers = hosts.split(',').map(serverOf)
  if (servers.some((server) => server === null)) return null
  const parameters = new URLSearchParams(query)
  if ([...parameters.keys()].some((name) => name !== 'cluster')) return null
  const [username = '', ...password] = credentials.split(':')
  const decoded = (part: string) => decodeURIComponent(part)
  const cluster = servers.length > 1 || parameters.get('cluster') === 'true'
  if (cluster && db !== '' && db !== '0') return null
  try {
    return {
      servers: servers as RedisAddress['servers'],
      cluster,
      tls: scheme === 'rediss',
      username: decoded(username),
      password: decoded(password.join(':')),
      db: Number(db || 0),
    }
  } catch {
    return null
  }
}

function serverOf(text: string): { host: string; port: number } | null {
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const number = Number(port ?? 6379)
  return host === undefined || number > 65_535 ? null : { host: host.replace(/^\[|\]$/g, ''), port: number }
}
