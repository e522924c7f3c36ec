import { writeFile } from 'node:fs/promises'
import { text, type Call, type Command } from '../cli/command.ts'
import { tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'

export const template: Command = {
  name: 'template',
  usage: 'ENTITY…',
  summary: {
    zh: '生成填报模板（Excel）：中文表头与代码、必填标记、字典下拉列表、字段说明、示例。ENTITY 为数据表的代码或中文名。不需要节点。',
    en: 'Writes template workbooks (Excel): headers with codes, mandatory marks, drop-downs, notes, examples. ENTITY is a table’s code or Chinese name. Needs no node.',
  },
  options: {
    standard: { type: 'string', value: 'RELEASE', help: { zh: '数据标准版本（默认 2018）', en: 'standard release (2018)' } },
    out: {
      type: 'string',
      value: 'FILE',
      help: { zh: '写入此文件（只有一个数据表时；默认 数据表代码.xlsx）', en: 'write to this file (one entity only; ENTITY.xlsx)' },
    },
  },
  positionals: { min: 1, max: Infinity },
  examples: ['huijiao template TBProjectInfo', 'huijiao template 工程项目基本信息 --out 项目.xlsx'],
  run: runTemplate,
}

async function runTemplate(call: Call): Promise<ExitCode> {
  // The standard's tables take a while to load, and the other commands do without them.
  const [{ entityNamed, templateWorkbook }, { releases }] = await Promise.all([import('@huijiao/files'), import('@huijiao/standard')])
  const { terminal, positionals } = call
  const id = text(call, 'standard') ?? '2018'
  const out = text(call, 'out')
  const release = releases.get(id)
  if (release === undefined)
    throw usage(`没有数据标准 ${id}`, `there is no release ${id}`, {
      zh: [...releases.keys()].join('、'),
      en: [...releases.keys()].join(', '),
    })
  if (out !== undefined && positionals.length > 1) throw usage('--out 只能配一个数据表', '--out goes with one entity')
  const entities = positionals.map((name) => {
    const entity = entityNamed(release, name)
    if (entity === null) {
      const all = [...release.entities.values()]
      const like = all.filter(({ code, nameZh }) => code.toLowerCase().includes(name.toLowerCase()) || nameZh.includes(name))
      const offered = like.length > 0 ? like : all
      throw usage(`${id} 版没有数据表 ${name}`, `release ${id} has no entity ${name}`, {
        zh: `${like.length > 0 ? '是否为' : '可用'}：${offered.map(({ code, nameZh }) => `${nameZh}（${code}）`).join('、')}`,
        en: `${like.length > 0 ? 'did you mean' : 'there are'}: ${offered.map(({ code, nameEn }) => `${code} (${nameEn})`).join(', ')}`,
      })
    }
    return entity
  })
  const files: string[] = []
  for (const entity of entities) {
    const file = out ?? `${entity.code}.xlsx`
    await writeFile(file, await templateWorkbook(release, entity))
    files.push(file)
    tell(terminal, `${file}：${entity.nameZh}，数据标准 ${id}`, `${file}: ${entity.nameEn}, release ${id}`, '✓ ')
  }
  if (terminal.json) terminal.out(`${JSON.stringify({ standard: id, files })}\n`)
  return exitCodes.done
}
