import { describe, expect, it } from 'vitest'
import { native, webAssembly } from './argon2.ts'
import { createHasher, randomPassword } from './password.ts'
import { weaknessesOf } from './password-strength.ts'

const cheap = { memory: 64, passes: 1, lanes: 1 }
const context = { userName: 'wang-shili', displayName: '王示例', node: '370100', length: 12 }

describe('Argon2id', () => {
  it('is the same function from Node and from WebAssembly, and that of the reference program', async () => {
    // phc-winner-argon2, test.c: hashtest(version, 2, 8, 1, "password", "somesalt", …, Argon2_id)
    const input = { password: Buffer.from('password'), salt: Buffer.from('somesalt'), length: 32, memory: 256, passes: 2, lanes: 1 }
    const expected = '9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe'
    expect((await webAssembly(input)).toString('hex')).toBe(expected)
    expect((await native(input)).toString('hex')).toBe(expected)
  })
})

describe('a hash', () => {
  it('is of one password, whatever form its characters were typed in, and says what it cost', async () => {
    const hasher = createHasher(cheap)
    const hash = await hasher.hash('Ａpple 山水 é')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await hasher.verify('Apple 山水 e\u0301', hash)).toBe(true)
    expect(await hasher.verify('apple 山水 é', hash)).toBe(false)
    expect(await hasher.hash('Ａpple 山水 é')).not.toBe(hash)
    // By the cost that stands in it, not by today's.
    expect(await createHasher({ ...cheap, passes: 2 }).verify('Apple 山水 é', hash)).toBe(true)
  })

  it('of nobody costs the same and is never right', async () => {
    const hasher = createHasher(cheap)
    expect(await hasher.verify('anything', null)).toBe(false)
    expect(await hasher.verify('anything', 'not a hash')).toBe(false)
    expect(hasher.derived()).toBe(2)
  })

  it('is made two at a time, and a flood is turned away', async () => {
    const hasher = createHasher(cheap)
    const all = await Promise.allSettled(Array.from({ length: 80 }, () => hasher.hash('x')))
    const refused = all.filter((one) => one.status === 'rejected')
    expect(refused).toHaveLength(80 - 2 - 64)
    expect(refused[0]?.reason).toMatchObject({ code: 'not-ready' })
    expect(await hasher.verify('x', await hasher.hash('x'))).toBe(true)
  })
})

describe('a chosen password', () => {
  const faults = (password: string) => weaknessesOf(password, context).map((one) => one.zh)

  it.each(['lanzhou-Kite-9-harbour', '青山 绿水 三月 的 风筝 线', 'k7#Vq2!mZp9x', 'purple stapler 44 orbit'])('will do: %s', (password) => {
    expect(faults(password)).toEqual([])
  })

  it.each([
    ['kite-9-harb', '至少 12 个字符'],
    ['x'.repeat(20), '不同的字符太少'],
    ['abababababab', '不同的字符太少'],
    ['my-WANG-shili-1', '不能含有用户名'],
    ['ｗａｎｇ－ｓｈｉｌｉ－kite', '不能含有用户名'],
    ['早安王示例先生您好吗今天', '不能含有姓名'],
    ['kite-370100-orbit', '不能含有节点名'],
    ['Password2026!', '常见口令'],
    ['p@ssw0rd123456', '常见口令'],
    ['!!Administrator99', '常见口令'],
    ['huijiaohuijiao8', '常见口令'],
    ['woaini1314520!', '常见口令'],
    ['1qaz2wsx3edc4rfv', '连续序列'],
    ['qwertyuiop[]12', '连续序列'],
    ['abcdefghijklmn', '连续序列'],
    ['k7#Vq2!mZp9x'.repeat(12), '至多 128 个字符'],
  ])('will not do: %s', (password, words) => {
    expect(faults(password).join()).toContain(words)
  })

  it('tells everything that is wrong at once, in both languages', () => {
    const found = weaknessesOf('wang-shili', context)
    expect(found.length).toBeGreaterThan(1)
    for (const one of found) expect([/\p{Script=Han}/u.test(one.zh), /\p{Script=Han}/u.test(one.en)]).toEqual([true, false])
  })

  it('that is made up is one that would do', () => {
    for (let at = 0; at < 200; at++) expect(faults(randomPassword())).toEqual([])
  })
})
