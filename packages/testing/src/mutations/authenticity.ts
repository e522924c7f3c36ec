import { creditCodeCheck, isCreditCode, type Field, residentIdCheck } from '@huijiao/standard'
import type { Random } from '../sample/random.ts'
import { type Base, formRule, inOneField, type Mutator } from './mutation.ts'

const isCompany = (field: Field) => field.check?.startsWith('company-code') === true
const creditField = (field: Field, value: string) => isCompany(field) && isCreditCode(value)
const residentField = (field: Field, value: string) => field.check === 'resident-id' && residentIdCheck(value) === value[17]
const isIdentifier = (field: Field) => /(?:[Nn]um|[Cc]ode|ID|No|Tel|Phone|Fax)$/.test(field.code)
const plainText = (field: Field) => field.kind === 'text' && field.check === undefined
const closedCode = ({ release }: Base, field: Field) =>
  field.kind === 'code' && release.dictionaries.get(field.dictionary ?? '')?.closed === true

const another = (value: string, from: string, random: Random) => random.pick([...from].filter((character) => character !== value))
const wide = (text: string) => text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))

function swapNeighbours(value: string, random: Random, from: number, to: number): string | null {
  const at = random.int(from, to - 1)
  const swapped = value.slice(0, at) + value.charAt(at + 1) + value.charAt(at) + value.slice(at + 2)
  return isCreditCode(swapped) ? null : swapped
}

const common = /^[\u4e00-\u9fa5（）〔〕、，。0-9A-Za-z -]{4,60}$/u

/** UTF-8 bytes read as GBK; null when a byte would be lost. */
function readAsGbk(text: string): string | null {
  const garbled = new TextDecoder('gbk').decode(new TextEncoder().encode(text))
  return garbled.includes('\ufffd') || garbled.length === 0 ? null : garbled
}

function readAsWestern(text: string): string | null {
  const garbled = new TextDecoder('windows-1252').decode(new TextEncoder().encode(text))
  return [...garbled].length > 120 ? null : garbled
}

/** 真实性: check digits, placeholders, spreadsheets, encodings, characters. */
export const authenticityMutators: readonly Mutator[] = [
  {
    kind: 'check-character',
    zh: '信用代码校验位写错',
    spoil: inOneField(
      'check.credit-code',
      creditField,
      (value, random) => value.slice(0, 17) + another(value.charAt(17), '0123456789ABCDEFGHJKLMNPQRTUWXY', random),
    ),
  },
  {
    kind: 'neighbours-swapped',
    zh: '信用代码相邻两位颠倒',
    spoil: inOneField('check.credit-code', creditField, (value, random) => swapNeighbours(value, random, 8, 16)),
  },
  {
    kind: 'letter-for-digit',
    zh: '信用代码 0 写成 O、1 写成 I',
    spoil: inOneField(
      'check.credit-code',
      (field, value) => creditField(field, value) && /[01]/.test(value),
      (value) => value.replace(/[01]/, (digit) => (digit === '0' ? 'O' : 'I')),
    ),
  },
  {
    kind: 'credit-code-lower-case',
    zh: '信用代码小写',
    spoil: inOneField('check.credit-code', creditField, (value) => value.toLowerCase()),
  },
  { kind: 'credit-code-wide', zh: '信用代码全角', spoil: inOneField('check.credit-code', creditField, (value) => wide(value)) },
  {
    kind: 'credit-code-cut',
    zh: '信用代码截断为 15 位',
    spoil: inOneField('check.company-code', creditField, (value) => value.slice(0, 15)),
  },
  {
    kind: 'credit-code-hyphens',
    zh: '信用代码加连字符',
    spoil: inOneField('check.company-code', creditField, (value) => `${value.slice(0, 8)}-${value.slice(8, 17)}-${value.slice(17)}`),
  },
  {
    kind: 'credit-code-one-digit',
    zh: '信用代码中间写错一位',
    spoil: inOneField('check.credit-code', creditField, (value, random) => {
      const at = random.int(9, 15)
      const wrong = value.slice(0, at) + another(value.charAt(at), '0123456789', random) + value.slice(at + 1)
      return creditCodeCheck(wrong) === wrong[17] ? null : wrong
    }),
  },
  {
    kind: 'resident-check',
    zh: '身份证校验位写错',
    spoil: inOneField('check.resident-id', residentField, (value, random) => {
      const wrong = value.slice(0, 17) + another(value.charAt(17), '0123456789X', random)
      return wrong.endsWith('000') ? null : wrong
    }),
  },
  {
    kind: 'placeholder-word',
    zh: '占位词',
    spoil: inOneField(
      'placeholder.word',
      (field, value, base) => value !== '' && (field.kind !== 'code' || closedCode(base, field)) && field.code !== 'IDCardTypeNum',
      (_value, random) => random.pick(['无', '无数据', '/', '-', '测试', '不详', '暂无', 'NULL', '待定']),
    ),
  },
  {
    kind: 'placeholder-repeated',
    zh: '重复字符',
    spoil: inOneField(
      'placeholder.repeated',
      (field) => (plainText(field) || isCompany(field) || field.kind === 'region') && (field.length ?? 99) >= 9,
      (_value, random, field) => random.pick(['1', '0', '8']).repeat(isCompany(field) ? random.pick([9, 18]) : random.int(6, 9)),
    ),
  },
  {
    kind: 'placeholder-run',
    zh: '键盘或数字顺序',
    spoil: inOneField(
      'placeholder.run',
      (field) => plainText(field) && (field.length ?? 99) >= 9,
      (_value, random) => random.pick(['123456', '12345678', '987654', 'qwerty', 'asdfgh', 'abcdef', 'abc123', '1q2w3e4r']),
    ),
  },
  {
    kind: 'placeholder-date',
    zh: '占位日期',
    spoil: inOneField(
      'placeholder.date',
      (field) => field.kind === 'date' && field.code !== 'Birthday',
      (_value, random) => random.pick(['1900-01-01', '0001-01-01', '1899-12-30', '9999-12-31']),
    ),
  },
  {
    kind: 'spreadsheet-exponent',
    zh: '编号变成科学计数法',
    spoil: inOneField(
      'excel.exponent',
      (field) =>
        field.kind === 'text' && (isCompany(field) || isIdentifier(field)) && field.check !== 'resident-id' && (field.length ?? 99) >= 11,
      (_value, random) => `${random.int(1, 9)}.${random.int(1000, 9999)}E+${random.pick([15, 17])}`,
    ),
  },
  {
    kind: 'spreadsheet-zeros',
    zh: '前面的 0 丢失',
    spoil: inOneField(
      'excel.leading-zero',
      (field, value, base) => closedCode(base, field) && /^0\d/.test(value),
      (value) => value.replace(/^0+/, ''),
    ),
  },
  {
    kind: 'spreadsheet-error',
    zh: '电子表格错误标记',
    spoil: inOneField(
      'excel.error',
      (field, _value, base) => field.kind !== 'code' || closedCode(base, field),
      (_value, random) => random.pick(['#N/A', '#REF!', '#VALUE!', '#DIV/0!']),
    ),
  },
  {
    kind: 'spreadsheet-date',
    zh: '日期变成序列号',
    spoil: inOneField(
      'excel.date',
      (field) => field.kind === 'date',
      (value) => {
        const serial = Math.round((Date.parse(`${value}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / 86_400_000)
        return serial >= 18_264 && serial <= 73_050 ? String(serial) : null
      },
    ),
  },
  {
    kind: 'utf8-read-as-gbk',
    zh: 'UTF-8 当作 GBK 读出',
    spoil: inOneField(
      'text.encoding',
      (field, value) =>
        plainText(field) && common.test(value) && /^[\u4e00-\u9fa5]/u.test(value) && value.length * 2 < (field.length ?? 99),
      (value) => readAsGbk(value),
    ),
  },
  {
    kind: 'utf8-read-as-western',
    zh: 'UTF-8 当作西文读出',
    spoil: inOneField(
      'text.encoding',
      (field, value) =>
        plainText(field) && common.test(value) && /^[\u4e00-\u9fa5]/u.test(value) && value.length * 3 < (field.length ?? 99),
      (value) => readAsWestern(value),
    ),
  },
  {
    kind: 'bytes-lost',
    zh: '乱码且丢字节',
    spoil: inOneField(
      'text.encoding',
      (field, value) => plainText(field) && /^[\u4e00-\u9fa5]{2}/u.test(value),
      (value) => `${value.slice(0, 1)}\ufffd\ufffd${value.slice(3)}`,
    ),
  },
  {
    kind: 'wide-characters',
    zh: '全角数字',
    spoil: inOneField(
      formRule,
      (field, value, base) =>
        /^[0-9A-Z.:+T-]{2,}$/.test(value) &&
        (closedCode(base, field) ||
          ['region', 'decimal', 'date', 'instant'].includes(field.kind) ||
          field.check === 'project-number' ||
          (plainText(field) && isIdentifier(field))),
      (value) => wide(value),
    ),
  },
  {
    kind: 'space-inside',
    zh: '编号中有空格',
    spoil: inOneField(
      'text.stray',
      (field, value) => plainText(field) && isIdentifier(field) && /^[0-9A-Z-]{6,}$/.test(value) && value.length < (field.length ?? 99),
      (value, random) => {
        const at = random.int(2, value.length - 2)
        return `${value.slice(0, at)} ${value.slice(at)}`
      },
    ),
  },
  {
    kind: 'spaces-around',
    zh: '首尾空白',
    spoil: inOneField(
      'field.spaces',
      (field, value) => plainText(field) && value.length + 2 <= (field.length ?? 99),
      (value, random) => random.pick([` ${value}`, `${value} `, `　${value}`, `${value}\t`]),
    ),
  },
  {
    kind: 'control-character',
    zh: '控制字符',
    spoil: inOneField(
      'field.text',
      (field) => plainText(field),
      (value) => `${value.slice(0, 1)}\u0007${value.slice(1)}`,
    ),
  },
  {
    kind: 'no-such-day',
    zh: '不存在的日期',
    spoil: inOneField(
      'date.real',
      (field) => field.kind === 'date',
      (value, random) =>
        random.pick([`${value.slice(0, 4)}-06-31`, `${value.slice(0, 4)}/9/31`, `${value.slice(0, 4)}0431`, `${value.slice(0, 4)}-02-30`]),
    ),
  },
]
