import type { Words } from '@huijiao/problem'
import { passwordCharactersMax } from './password.ts'

/**
 * Words from which people make passwords in a hurry, as they are left when digits and punctuation at both ends are taken off and look-alikes
 * (`p@ssw0rd`) are read as letters. Chosen by this project: a list of leaked passwords of 12 characters and more would hardly hold another kind.
 */
const common = new Set(
  `password passwd passcode admin administrator root user guest test demo welcome login signin letmein changeme secret default master system server
  manager operator clerk viewer auditor qwerty qwertyuiop asdfghjkl zxcvbnm qazwsx qazwsxedc iloveyou woaini woaiwojia wodemima mima mimamima zhongguo china
  beijing huijiao jianshe zhujian zhufang jianguan gongcheng shigong oracle mysql postgres huawei dragon monkey football baseball sunshine princess superman
  abcd abcdef abcdefg abcdefgh abc aa`.split(/\s+/),
)

const rows = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
]
const bothWays = rows.flatMap((row) => [row, [...row].toReversed().join('')])

const lookAlikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  $: 's',
  '5': 's',
  '7': 't',
}

export interface StrengthContext {
  readonly userName: string
  readonly displayName?: string | null
  /** Name of the node. */
  readonly node: string
  readonly length: number
}

/** Everything that is wrong with a chosen password, in words for people; empty when it will do. */
export function weaknessesOf(password: string, context: StrengthContext): Words[] {
  const text = password.normalize('NFKC')
  const characters = [...text]
  const found: Words[] = []
  if (characters.length < context.length)
    found.push({
      zh: `至少 ${context.length} 个字符，现为 ${characters.length} 个`,
      en: `It needs ${context.length} characters and has ${characters.length}`,
    })
  if (characters.length > passwordCharactersMax)
    found.push({ zh: `至多 ${passwordCharactersMax} 个字符`, en: `It may have ${passwordCharactersMax} characters at most` })
  const lower = text.toLowerCase()
  for (const [name, zh, en] of [
    [context.userName, '用户名', 'the user name'],
    [context.displayName ?? '', '姓名', 'the name'],
    [context.node, '节点名', 'the name of the node'],
  ] as const) {
    const part = name.normalize('NFKC').toLowerCase()
    if ([...part].length >= 2 && lower.includes(part)) found.push({ zh: `不能含有${zh}`, en: `It must not contain ${en}` })
  }
  if (isCommon(lower))
    found.push({ zh: '是常见口令，或由常见口令加数字、符号而成', en: 'It is a common password, or one with digits and signs around it' })
  if (new Set(characters).size < 6)
    found.push({ zh: '不同的字符太少（至少 6 种）', en: 'It has too few different characters (6 at least)' })
  else if (unpredictable(lower) < context.length / 2)
    found.push({ zh: '大部分是键盘或数字的连续序列', en: 'Most of it is a run of the keyboard or of digits' })
  return found
}

/** The word that is left of a password when its ends and disguises are taken off is a common one, once or repeated. */
function isCommon(lower: string): boolean {
  const bare = (text: string) => text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const plain = [...lower].map((character) => lookAlikes[character] ?? character).join('')
  return [bare(lower), bare(plain), bare([...bare(lower)].map((character) => lookAlikes[character] ?? character).join(''))].some((word) =>
    common.has(/^(.+?)\1+$/u.exec(word)?.[1] ?? word),
  )
}

/** Characters that do not simply follow the one before on a keyboard row, in the alphabet, in counting, or repeat it. */
function unpredictable(lower: string): number {
  const characters = [...lower]
  return characters.filter((character, at) => {
    const before = characters[at - 1]
    return before === undefined || (before !== character && !bothWays.some((row) => row.includes(before + character)))
  }).length
}
