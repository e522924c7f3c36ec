import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsvRows } from '../src/csv-rows.ts'
import { openTable } from '../src/index.ts'
import { gbkOf, read, release } from './fixtures.ts'

const asCsv = { name: 'TBProjectInfo.csv' }
const rowsOf = async (text: Buffer | string, delimiter = ',') => {
  const rows = []
  const dialect = { encoding: 'utf-8', delimiter: delimiter.charCodeAt(0) } as const
  for await (const row of readCsvRows({ bytes: Buffer.from(text as string), path: null }, dialect, { byte: 0, number: 1 })) rows.push(row)
  return rows
}

describe('rows of CSV', () => {
  it('keep quotes, delimiters and line ends inside quotes; take CRLF and LF; need no line end at the end', async () => {
    const rows = await rowsOf('a,"b,1","c ""x""\r\ny"\r\n1,,\n"",ab"c,"q"rest')
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['a', 'b,1', 'c "x"\r\ny'],
      ['1', '', ''],
      ['', 'ab"c', 'qrest'],
    ])
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3])
  })

  it('that cannot be read are named, and the rows after them are read', async () => {
    const rows = await rowsOf('1,2\r\n"open,3\r\n4,5\r\n')
    expect(rows.map(({ cells, fault }) => fault ?? cells)).toEqual([['1', '2'], 'quote-open', ['4', '5']])
    const long = await rowsOf(`1\n${'x'.repeat(3 * 1024 * 1024)}\n2\n`)
    expect(long.map(({ cells, fault }) => fault ?? cells)).toEqual([['1'], 'too-long', ['2']])
    const never = await rowsOf(`1\n"${'x'.repeat(3 * 1024 * 1024)}`)
    expect(never.map(({ cells, fault }) => fault ?? cells)).toEqual([['1'], 'too-long'])
  })

  it('cover the file without gap or overlap, and are the same read from any row on', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '中', '"', ',', '\n', '\r', ' ', '1'), maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }), async (rows) => {
        const text = rows.map((cells) => `${cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\r\n`).join('')
        const found = await rowsOf(text)
        expect(found.map(({ cells }) => cells)).toEqual(rows)
        let at = 0
        for (const row of found) {
          expect(row.byteFrom).toBe(at)
          at = row.byteTo
          const from: string[][] = []
          const dialect = { encoding: 'utf-8', delimiter: 0x2c } as const
          for await (const one of readCsvRows({ bytes: Buffer.from(text), path: null }, dialect, { byte: row.byteFrom, number: 1 }))
            from.push([...one.cells])
          expect(from).toEqual(rows.slice(row.number - 1))
        }
        expect(at).toBe(Buffer.byteLength(text))
      }),
      { numRuns: 200 },
    )
  })

  it('are the same whatever the slabs in which the file arrives', async () => {
    const path = join(tmpdir(), `huijiao-${randomUUID()}.csv`)
    const row = `${'值'.repeat(50)},"a""b\n${'c'.repeat(40)}",1\n`
    const file = await open(path, 'w')
    await file.writeFile(row.repeat(12_000)) // about 2.4 MB: the ends of slabs fall anywhere
    await file.close()
    try {
      let count = 0
      const dialect = { encoding: 'utf-8', delimiter: 0x2c } as const
      for await (const { cells } of readCsvRows({ bytes: null, path }, dialect, { byte: 0, number: 1 })) {
        expect(cells).toEqual(['值'.repeat(50), `a"b\n${'c'.repeat(40)}`, '1'])
        count += 1
      }
      expect(count).toBe(12_000)
    } finally {
      await rm(path)
    }
  })
})

/** What is held after everything that can go has gone. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

describe('a CSV file', () => {
  it('is read by Chinese names, codes, units, stars and stray spaces in its header', async () => {
    const { data, notes } = await read(' * 项目编号,prjname,总投资（万元）,项目分类 PrjTypeNum,NoSuch\r\n3701,示例,1.5,01,7\r\n', asCsv)
    expect(data).toEqual([{ PrjNum: '3701', PrjName: '示例', AllInvest: '1.5', PrjTypeNum: '01' }])
    expect(notes.sheets[0]?.unknownColumns).toMatchObject([{ column: 'NoSuch', cell: 'E1' }])
  })

  it('may have titles above its header, and the codes beneath the names', async () => {
    const { data, records } = await read('某市项目清单\r\n\r\n项目编号,项目名称\r\nPrjNum,PrjName\r\n1,甲\r\n\r\n2,乙\r\n', asCsv)
    expect(data).toEqual([
      { PrjNum: '1', PrjName: '甲' },
      { PrjNum: '2', PrjName: '乙' },
    ])
    expect(records.map(({ place }) => place.row)).toEqual([5, 7])
  })

  it('with two columns for one field, or names and codes that disagree, is refused', async () => {
    await expect(read('PrjNum,项目编号\r\n1,2\r\n', asCsv)).rejects.toMatchObject({
      code: 'file-columns-invalid',
      detail: { zh: expect.stringContaining('A 列与 B 列') },
    })
    await expect(read('项目编号,项目名称\r\nPrjName,PrjNum\r\n1,2\r\n', asCsv)).rejects.toMatchObject({ code: 'file-columns-invalid' })
    await expect(read('甲,乙\r\n1,2\r\n', asCsv)).rejects.toMatchObject({ code: 'file-columns-invalid' })
  })

  it.each([
    [';', 'PrjNum;PrjName\r\n1;a,b\r\n'],
    ['\t', 'PrjNum\tPrjName\r\n1\ta,b\r\n'],
    [';', 'sep=;\r\nPrjNum;PrjName\r\n1;a,b\r\n'],
  ])('is cut at %j', async (delimiter, text) => {
    const { data, notes } = await read(text, asCsv)
    expect(data).toEqual([{ PrjNum: '1', PrjName: 'a,b' }])
    expect(notes.delimiter).toBe(delimiter)
  })

  it('is UTF-8 with or without its mark, or GBK, found by its bytes or said by the sender', async () => {
    const text = '项目编号,项目名称\r\n1,示例花园\r\n'
    for (const [bytes, encoding, by] of [
      [Buffer.from(text), 'UTF-8', 'content'],
      [Buffer.from(`\ufeff${text}`), 'UTF-8', 'bom'],
      [gbkOf(text), 'GB18030', 'content'],
    ] as const) {
      const { data, notes } = await read(bytes, asCsv)
      expect([data[0]?.['PrjName'], notes.encoding, notes.encodingBy]).toEqual(['示例花园', encoding, by])
    }
    expect((await read(gbkOf(text), { ...asCsv, charset: 'gbk' })).notes.encodingBy).toBe('charset')
    await expect(read(Buffer.from([0xff, 0xfe, 0x41, 0]), asCsv)).rejects.toMatchObject({ code: 'file-text-encoding' })
    await expect(read(Buffer.from([0x41, 0xff, 0x2c, 0x0a]), asCsv)).rejects.toMatchObject({ code: 'file-text-encoding' })
  })

  it('whose rows change their encoding midway has those rows named', async () => {
    const bytes = Buffer.concat([Buffer.from('项目编号,项目名称\r\n1,示例\r\n'), gbkOf('2,示例\r\n'), Buffer.from('3,示例\r\n')])
    const { records } = await read(bytes, asCsv)
    expect(records.map(({ problems }) => problems[0]?.code)).toEqual([undefined, 'row-malformed', undefined])
  })

  it('takes its row ids from a column, else from the key, and a withdrawal from its columns', async () => {
    const { records } = await read('来源编号,PrjNum,操作,撤回原因\r\nX-1,3701,撤回,重复报送\r\n,3702,,\r\n', asCsv)
    expect(records.map(({ record }) => record)).toEqual([
      { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'X-1', key: { PrjNum: '3701' }, reason: '重复报送' },
      { entity: 'TBProjectInfo', operation: 'upsert', sourceId: '3702', data: { PrjNum: '3702' } },
    ])
  })

  it('never puts a personal key into a row id', async () => {
    const { records } = await read('IDCardTypeNum,IDCard,PersonName\r\n1,370102189009281234,王示例\r\n', {
      name: 'TBRegPersonBasicInfo.csv',
    })
    expect(records[0]?.record['sourceId']).toBe('row!2')
  })

  it('goes on at any row with the same records, row numbers and positions', async () => {
    const text = `PrjNum,PrjName\r\n${Array.from({ length: 50 }, (_, at) => (at % 7 === 3 ? '\r\n' : `${at},"a\n${at}"\r\n`)).join('')}`
    const table = await openTable({ bytes: Buffer.from(text), path: null }, { release, ...asCsv })
    const all = []
    for await (const record of table.records()) all.push(record)
    for (const [at, record] of all.entries()) {
      const rest = []
      for await (const one of table.records({ byte: record.bytes?.to ?? 0, record: at + 1 })) rest.push(one)
      expect(rest).toEqual(all.slice(at + 1))
    }
  })

  it('of 100,000 rows is read in bounded memory', async () => {
    const path = join(tmpdir(), `huijiao-${randomUUID()}.csv`)
    const file = await open(path, 'w')
    await file.writeFile('PrjNum,PrjName,Address\r\n')
    const thousand = `3701022609010101,示例花园（合成）,"${'示例路'.repeat(60)}"\r\n`.repeat(1000)
    for (let at = 0; at < 100; at += 1) await file.writeFile(thousand) // 58 MB
    await file.close()
    try {
      const table = await openTable({ bytes: null, path }, { release, ...asCsv })
      const before = liveBytes()
      let [count, most] = [0, 0]
      for await (const _record of table.records()) {
        count += 1
        if (count % 20_000 === 0) most = Math.max(most, liveBytes() - before)
      }
      expect(count).toBe(100_000)
      // The file has 58 MB.
      expect(most).toBeLessThan(16 * 1024 ** 2)
    } finally {
      await rm(path)
    }
  })
})
