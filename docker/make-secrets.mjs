/**
 * Writes `.env` for docker-compose.yml with fresh random secrets, for a demonstration: `node docker/make-secrets.mjs`. It never replaces an
 * existing file: the passwords in it are already in the database. In production use the secrets of your platform instead.
 */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const names = [
  'POSTGRES_PASSWORD',
  'REDIS_PASSWORD',
  ...['MUNICIPAL', 'PROVINCIAL', 'NATIONAL'].flatMap((node) => [`${node}_DATABASE_PASSWORD`, `${node}_ADMIN_TOKEN`]),
]
const file = join(dirname(dirname(fileURLToPath(import.meta.url))), '.env')

try {
  // Hexadecimal, because the passwords become part of addresses.
  writeFileSync(file, names.map((name) => `${name}=${randomBytes(24).toString('hex')}\n`).join(''), { flag: 'wx', mode: 0o600 })
  console.log('已写入 .env（仅供演示）\nwrote .env (for a demonstration)')
} catch (error) {
  if (error.code !== 'EEXIST') throw error
  console.error('.env 已存在，未改动\n.env exists and was left as it is')
  process.exitCode = 1
}
