import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Where `npm run build -w services/console` puts the pages. */
export const builtPages = join(dirname(fileURLToPath(import.meta.url)), '../../../console/dist')

const placeholder = 'HUIJIAO_NONCE'

/** Everything a page may load comes from this node; scripts are files; styles are files or carry this answer's nonce. */
export const pagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const

const mediaTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

interface Asset {
  readonly type: string
  readonly bytes: Buffer
  readonly encoded: Map<string, Buffer>
}

/** The built pages: read when first asked for, kept in memory, read again when another build has taken their place. */
export interface BuiltPages {
  /** Sends `index.html` or another page with a nonce of its own; 503 and how to build where there is no build. */
  sendPage(request: FastifyRequest, reply: FastifyReply, file: string): FastifyReply
  /** Sends a file of the build; null when there is none of that name. */
  sendAsset(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply | null
}

export function openPages(folder: string = builtPages): BuiltPages {
  let stamp = ''
  let files = new Set<string>()
  const assets = new Map<string, Asset>()

  /** Names are taken from the folder's listing only: no path of a request ever reaches the disk. */
  function refresh(): void {
    const file = join(folder, 'built-from.txt')
    const now = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (now === stamp && now !== '') return
    assets.clear()
    files = new Set(now === '' ? [] : readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')))
    stamp = now
  }

  function assetOf(path: string): Asset | null {
    const type = mediaTypes[extname(path)]
    if (type === undefined || path.startsWith('.') || !files.has(path)) return null
    const found = assets.get(path) ?? { type, bytes: readFileSync(join(folder, path)), encoded: new Map<string, Buffer>() }
    assets.set(path, found)
    return found
  }

  return {
    sendPage(_request, reply, file) {
      refresh()
      reply.headers(safeHeaders).header('cache-control', 'no-store')
      if (!files.has(file))
        return reply.code(503).header('content-security-policy', pagePolicy('none')).type('text/html; charset=utf-8').send(notBuilt)
      const nonce = randomBytes(18).toString('base64')
      const html = readFileSync(join(folder, file), 'utf8').replaceAll(placeholder, nonce)
      reply.header('content-security-policy', pagePolicy(nonce)).type('text/html; charset=utf-8')
      return reply.send(html)
    },
    sendAsset(request, reply, path) {
      refresh()
      const asset = assetOf(path)
      if (asset === null) return null
      // Names of what is under assets/ carry a digest of their content.
      const cache = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'
      reply.headers(safeHeaders).header('cache-control', cache).header('vary', 'accept-encoding').type(asset.type)
      const encoding = encodingOf(request.headers['accept-encoding'])
      if (encoding === null || asset.bytes.length < 1024 || !/text|javascript|json|svg/.test(asset.type)) return reply.send(asset.bytes)
      return reply.header('content-encoding', encoding).send(encodedAs(asset, encoding))
    },
  }
}

function encodingOf(accepted: string | undefined): 'br' | 'gzip' | null {
  const offered = (accepted ?? '').split(',').map((one) => one.trim().split(';')[0])
  return offered.includes('br') ? 'br' : offered.includes('gzip') ? 'gzip' : null
}

/** Compressed once and kept: a build has a few dozen files. */
function encodedAs(asset: Asset, encoding: 'br' | 'gzip'): Buffer {
  const found = asset.encoded.get(encoding)
  if (found !== undefined) return found
  const made =
    encoding === 'br'
      ? brotliCompressSync(asset.bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } })
      : gzipSync(asset.bytes, { level: 6 })
  asset.encoded.set(encoding, made)
  return made
}

const notBuilt = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>汇交</title></head><body>
<h1>控制台页面尚未构建</h1>
<p>在本节点的程序目录运行 <code>npm run build -w services/console</code>，然后刷新此页；节点不必重启。接口不受影响。</p>
<h1 lang="en">The pages of the console are not built</h1>
<p lang="en">Run <code>npm run build -w services/console</code> in the directory of the program and load this page again; the node need not be restarted. The API works.</p>
</body></html>
`
