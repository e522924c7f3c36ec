import { englishOfChinese, pairs, sources } from './notes-words.ts'

const chineseOf = new Map(pairs)
const englishOf = new Map([...pairs.map(([en, zh]) => [zh, en] as const), ...englishOfChinese])
const hasChinese = (text: string): boolean => /[\u3400-\u9fff]/.test(text)

/** A source of the tables by what it is; its letters stay, for they are those of the list of sources. */
const sourceName = (label: string): string =>
  label
    .split('+')
    .map((one) => (sources[one] === undefined ? one : `${sources[one]} ${one}`))
    .join('、')

/** Texts that are the same but for a name, a number or a source in them. */
const patterns: readonly (readonly [RegExp, (parts: readonly string[]) => string | undefined])[] = [
  [/^length repaired \((\d+) in the source\)$/, ([from]) => `长度已修正（来源为 ${from}）`],
  [/^source gives int a length of (\d+)$/, ([length]) => `来源给整数规定了长度 ${length}`],
  [/^dictionary repaired \((\S+) in the source\)$/, ([code]) => `字典已修正（来源为 ${code}）`],
  [/^dictionary inferred from (JS_\S+)$/, ([table]) => `字典由江苏表 ${table} 推定`],
  [/^code inferred \((\S+) in HLJ-safety\)$/, ([code]) => `字段代码为推定（黑龙江安全生产许可证表作 ${code}）`],
  [/^code table (\S+) not given by the source$/, ([table]) => `来源未给出代码表 ${table}`],
  [/^addition of the province's 2014 form \((\S+) in the source\)$/, ([code]) => `该省 2014 年表式增加的字段（来源作 ${code}）`],
  [/^dictionary not complete: (.+)$/, ([status]) => withPrefix('字典不完整：', status)],
  [/^inline \((.+)\)$/, ([labels]) => `标准正文中列出（${sourceName(labels as string)}）`],
  [/^partial \((.+)\)$/, ([labels]) => `不完整（${sourceName(labels as string)}）`],
  [/^provincial \((.+)\)$/, ([labels]) => `省级代码（${sourceName(labels as string)}）`],
  [/^national 2018 \((.+)\)$/, ([labels]) => `2018 年国家代码（${sourceName(labels as string)}）`],
  [/^national 2018, 2019 supplement \((.+)\)$/, ([labels]) => `2018 年国家代码及 2019 年补充（${sourceName(labels as string)}）`],
  [/^national \(2014: (.+)$/, ([labels]) => `国家代码（2014 年：${sourceName(labels as string)}`],
  [/^2018: (\S+)\)$/, ([labels]) => `2018 年：${sourceName(labels as string)}）`],
  [/^(GB\/T [\d-]+) \(list from JS22\)$/, ([standard]) => `${standard}（代码表取自${sourceName('JS22')}）`],
  [/^provincial: Jiangsu (\S+)$/, ([table]) => `省级：江苏 ${table}`],
  [/^2018 name: (.+)$/, ([name]) => `2018 年名称：${name}`],
  [/^group (.+)$/, ([group]) => `属于${group}`],
  [/^project type (\d+)$/, ([type]) => `项目类别 ${type}`],
  [/^parent (\d+)$/, ([code]) => `上级代码 ${code}`],
  [/^record number suffix ([A-Z]{2})$/, ([suffix]) => `备案编号后缀 ${suffix}`],
  [/^for (.+)$/, ([whom]) => (hasChinese(whom as string) ? `适用于${whom}` : undefined)],
  [/^class ([A-Z]\d-\d)$/, ([code]) => `类别 ${code}`],
  [/^seen in HLJ code as (.+)$/, ([name]) => `见于黑龙江程序，作“${name}”`],
  [/^code and length from (.+)$/, ([table]) => withPrefix('代码和长度取自', table)],
  [/^code proposed here \(as (.+)\)$/, ([table]) => withPrefix('此处拟定的代码，同', table)],
  [/^built from (.+)$/, ([tables]) => withPrefix('由以下各表归纳：', tables)],
  [/^(code and )?length as (.+)$/, ([both, field]) => `${both === undefined ? '' : '代码和'}长度同 ${fieldName(field as string)}`],
]

/** Names of tables and fields stay as they are. */
function fieldName(text: string): string {
  return text.replace(' in project tables', '（项目各表）').replace('project tables', '项目各表')
}

function withPrefix(prefix: string, text: string | undefined): string | undefined {
  const inner = text === undefined ? undefined : inChinese(text)
  return inner === undefined ? undefined : `${prefix}${inner}`
}

function inChinese(text: string): string | undefined {
  const known = chineseOf.get(text)
  if (known !== undefined) return known
  for (const [pattern, words] of patterns) {
    const found = pattern.exec(text)
    if (found !== null) return words(found.slice(1))
  }
  if (sources[text] !== undefined) return sourceName(text)
  // A text of the source itself, or one without words: a year, the number of a standard, the name of a field.
  if (hasChinese(text) || /^[\d\s/.,–-]*$/.test(text) || /^GB(\/T)? [\d.-]+$/.test(text)) return text
  return undefined
}

function inEnglish(text: string): string | undefined {
  return (
    englishOf.get(text) ??
    (hasChinese(text) && !chineseOf.has(text) && !patterns.some(([pattern]) => pattern.test(text)) ? undefined : text)
  )
}

/**
 * What the standard's data say of a table, a field, a dictionary or a code beside its name: where it comes from, what of it was inferred, a word of
 * explanation. The data have such a text in the language of its source; here it is in the other one too.
 * @returns the text in the language asked for, and whether all of it is; parts that nobody has put into that language stay as they are
 */
export function noteIn(language: 'zh' | 'en', text: string): { readonly text: string; readonly whole: boolean } {
  const whole = (language === 'zh' ? chineseOf : englishOf).get(text)
  if (whole !== undefined) return { text: whole, whole: true }
  const parts = text.split('; ').map((part) => ({ part, said: language === 'zh' ? inChinese(part) : inEnglish(part) }))
  return {
    text: parts.map(({ part, said }) => said ?? part).join(language === 'zh' ? '；' : '; '),
    whole: parts.every(({ said }) => said !== undefined),
  }
}
