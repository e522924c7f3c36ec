import { expect, it } from 'vitest'
import { type ConfigMistake, readConfig } from './config.ts'
import { readAuthorityKeys, trustedStandardKeys } from './standard-keys.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const required = { HUIJIAO_REGION: '370100', HUIJIAO_TIER: 'municipal' }

it('reads the keys of authorities and names every mistake', () => {
  const mistakes: ConfigMistake[] = []
  const keys = readAuthorityKeys(JSON.stringify([{ keyId: 'a', publicKey: key }, { keyId: 'b', publicKey: 'short' }, 5]), mistakes)
  expect(keys).toEqual([{ keyId: 'a', publicKey: Buffer.alloc(32, 7) }])
  expect(mistakes.map((one) => one.en.slice(0, 6))).toEqual(['item 2', 'item 3'])
  for (const text of ['{', '{}']) {
    const wrong: ConfigMistake[] = []
    expect(readAuthorityKeys(text, wrong)).toEqual([])
    expect(wrong).toHaveLength(1)
  }
})

it('serves what the configuration names, or whatever governs the region when it names nothing', () => {
  expect(readConfig(required).standards).toEqual({ served: null, keys: [], noticeMs: 30_000 })
  const { served, noticeMs } = readConfig({ ...required, HUIJIAO_STANDARDS: '2018, 2018-js', HUIJIAO_STANDARD_NOTICE_MS: '0' }).standards
  expect([served, noticeMs]).toEqual([['2018', '2018-js'], 0])
  expect(() => readConfig({ ...required, HUIJIAO_STANDARDS: '2018 2014' })).toThrow(/HUIJIAO_STANDARDS/)
})

it('trusts authorities and the nodes above that were asked for, and nobody else', async () => {
  const above = Buffer.alloc(32, 9)
  const upstreams = {
    signedBy: async () => false,
    keysInForce: async () => [],
    keysOf: async (name: string) => (keyId: string) => (keyId === `${name}-1` ? above : null),
  }
  const keyOf = await trustedStandardKeys([{ keyId: 'a', publicKey: Buffer.alloc(32, 7) }], upstreams, ['370000'])
  expect(['a', '370000-1', '000000-1', 'b'].map((id) => keyOf(id)?.algorithm ?? null)).toEqual(['ed25519', 'ed25519', null, null])
})
