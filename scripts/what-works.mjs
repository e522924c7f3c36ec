/**
 * Writes docs/what-works.md from the sentences of the tests, so that it can say neither more nor less than is tested. Run by
 * `npm run generate`; with `--check` it only says whether the file is current.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countOf, sentencesOf } from './test-sentences.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const target = 'docs/what-works.md'

/** Rooms in the order in which a newcomer meets them; a room that is not named comes after them. */
const order = [
  'services/node',
  'packages/exchange',
  'packages/standard',
  'packages/merkle',
  'packages/identity',
  'packages/database',
  'packages/client',
  'packages/testing',
  'packages/problem',
]

/** What a test needs, by the ending of its file. */
const needs = [
  ['.pg.test.ts', 'PostgreSQL'],
  ['.redis.test.ts', 'PostgreSQL + Redis'],
  ['.system.test.ts', 'whole processes 完整进程'],
]

const head = `# What works · 哪些已能工作

Made from the sentences of the tests by \`npm run generate\`; a test keeps it current. A line says what is tested; whether it holds on your
machine, \`npm test\` tells. What does not work yet stands in the [README](../README.md#what-works-and-what-does-not).

由测试中的语句经 \`npm run generate\` 生成，并有测试保证不过期。每行说明测了什么；在您的机器上是否成立，运行 \`npm test\` 便知。
尚不能工作的部分见 [README](../README.zh-CN.md#哪些能用哪些还不能)。
`

/**
 * The text of docs/what-works.md.
 * @param {readonly string[]} files paths of the test files, relative to the repository
 * @param {(file: string) => string | null} read
 * @returns {string}
 */
export function whatWorks(files, read) {
  const rooms = new Map()
  for (const file of [...files].sort()) {
    const group = sentencesOf(file, read)
    if (countOf(group) === 0) continue
    const room = /^((?:packages|services)\/[^/]+|[^/]+)\//.exec(file)?.[1] ?? ''
    rooms.set(room, [...(rooms.get(room) ?? []), { file, group }])
  }
  const place = (room) => (order.includes(room) ? order.indexOf(room) : order.length)
  const sorted = [...rooms].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
  const table = sorted.map(([room, found]) => `| [${room}](#${anchorOf(room)}) | ${found.length} | ${sum(found)} |`)
  const all = sorted.flatMap(([, found]) => found)
  const summary = ['| room 模块 | files 文件 | sentences 语句 |', '| --- | --- | --- |', ...table, `| | ${all.length} | ${sum(all)} |`]
  return [head, summary.join('\n'), ...sorted.map(([room, found]) => roomText(room, found))].join('\n').replaceAll(/\n{3,}/g, '\n\n')
}

function sum(found) {
  return found.reduce((total, { group }) => total + countOf(group), 0)
}

function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

function roomText(room, found) {
  const lines = [`\n## ${room}`]
  for (const { file, group } of found) {
    const need = needs.find(([ending]) => file.endsWith(ending))?.[1]
    lines.push(`\n[${file.slice(room.length + 1)}](../${file})${need === undefined ? '' : ` (${need})`}\n`, ...linesOf(group, 0))
  }
  return `${lines.join('\n')}\n`
}

function linesOf(group, depth) {
  const indent = '  '.repeat(depth)
  return [
    ...group.sentences.map((sentence) => `${indent}- ${sentenceText(sentence)}`),
    ...group.groups.flatMap((inner) => [`${indent}- **${plain(inner.title)}**${condition(inner)}`, ...linesOf(inner, depth + 1)]),
  ]
}

function sentenceText(sentence) {
  const cases =
    sentence.cases.length === 0 ? '' : ` (…: ${sentence.cases.map((each) => (each.trim() === '' ? '“”' : plain(each))).join(' · ')})`
  return `${sentence.todo ? '*not yet 尚未:* ' : ''}${plain(sentence.title)}${cases}${condition(sentence)}`
}

function condition({ skippedIf }) {
  return skippedIf === null ? '' : ` *(skipped if 跳过条件: \`${skippedIf}\`)*`
}

/** A sentence is text: nothing in it is markup. */
function plain(text) {
  return text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_<>[\]|#]/g, '\\$&')
}

/** Test files of the repository, in the places where vitest.workspace.ts looks for them. */
export function testFiles() {
  const exclude = (path) => ['node_modules', '.huijiao'].includes(path.split('/').at(-1))
  return globSync(['{packages,services}/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'], {
    cwd: root,
    exclude,
  }).sort()
}

/** The text of a file of the repository; null where there is none. */
export function readFile(file) {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return null
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = whatWorks(testFiles(), readFile)
  if (process.argv.includes('--check')) {
    if (readFile(target) !== text) {
      process.stderr.write(`${target} 已过期，请运行 npm run generate\n${target} is not current; run npm run generate\n`)
      process.exitCode = 1
    }
  } else if (readFile(target) !== text) writeFileSync(join(root, target), text)
}
