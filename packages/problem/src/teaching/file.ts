import { ruled, type Teaching } from './teaching.ts'

const files = '项目裁定：文件报送'
const typed = '数据标准：编号、代码是文本'

/** Problems of a file of rows (CSV, Excel, XML) and of its cells. */
export const fileTeachings = {
  'file-kind-unsupported': ruled(
    'file.kind',
    files,
    '.xlsx；CSV（UTF-8、GBK/GB18030）；XML；JSON；NDJSON',
    [
      '文件的实际内容不是能读取的种类，例如旧版 .xls、PDF、网页。',
      'By its content the file is of a kind that is not read, such as an old .xls, a PDF or a web page.',
    ],
    [
      '种类按内容判断而不看扩展名：改了扩展名的文件不会因此可读。',
      'The content decides, not the ending of the name: a renamed file is not another file.',
    ],
  ),
  'file-malformed': ruled(
    'file.form',
    files,
    '可以正常打开的文件',
    ['文件损坏、没有传完，或内部结构不完整。', 'The file is damaged, cut short, or incomplete inside.'],
    ['读到一半的表格会漏掉后面的行，因此整个文件不收。', 'A half-read table would lose its later rows, so none of it is taken.'],
  ),
  'workbook-too-large': ruled(
    'file.size',
    files,
    '.xlsx ≤ 20 MB；CSV 不限',
    ['工作簿超过 20 MB，或解压后过大。', 'The workbook is above 20 MB, or far larger when unpacked.'],
    [
      '工作簿须整个展开才能读；CSV 可逐行读取，大小不限。',
      'A workbook has to be unfolded whole; CSV is read row by row, whatever its size.',
    ],
  ),
  'xml-dtd-refused': ruled(
    'file.xml',
    'XML 1.0 §2.8；OWASP XXE',
    '没有 <!DOCTYPE> 的 XML',
    ['XML 中有 DTD 或实体定义。', 'The XML has a DTD or entities.'],
    [
      '外部实体可被用来读取节点上的文件或访问内部网络。',
      'External entities can be made to read files of the node or reach inner networks.',
    ],
  ),
  'file-text-encoding': ruled(
    'file.encoding',
    files,
    'UTF-8；GBK/GB18030',
    [
      '文本既不是 UTF-8 也不是 GBK/GB18030，或声明的编码与内容不符。',
      'The text is neither UTF-8 nor GBK/GB18030, or is not what it is declared to be.',
    ],
    ['编码猜错会把汉字永久变成乱码。', 'A wrong guess would turn the text into garbage for good.'],
  ),
  'file-entity-unclear': ruled(
    'file.entity',
    files,
    'entity 参数、工作表名或文件名中的数据表代码',
    ['看不出这些行属于哪个数据表。', 'It is not clear which table the rows belong to.'],
    ['同名的列在不同的表里含义不同，不能猜。', 'Columns of one name mean different things in different tables; nothing is guessed.'],
  ),
  'file-columns-invalid': ruled(
    'file.columns',
    files,
    '字段的中文名或代码，每个字段一列',
    ['表头中一个字段也认不出，或同一字段出现了两列。', 'No field is recognised in the header, or one field has two columns.'],
    ['列认错了，整列数据就会进到别的字段里。', 'A column taken for another would put its data into another field.'],
  ),
  'cell-number-damaged': ruled(
    'file.cell',
    typed,
    '文本格式的单元格',
    [
      '编号、代码在 Excel 里成了数值，前导零或后几位已经丢失。',
      'A number of a thing is a quantity in Excel; leading zeros or last digits are lost.',
    ],
    [
      'Excel 数值只保留 15 位，18 位代码的末三位会变成 0，且无法还原。',
      'Excel keeps 15 digits: the last three of an 18-digit code become 0, beyond recovery.',
    ],
  ),
  'cell-error': ruled(
    'file.cell',
    files,
    '真实值',
    ['单元格里是 #N/A、#REF! 一类的错误值。', 'The cell holds an error such as #N/A or #REF!.'],
    ['错误值不是数据，也不代表“没有”。', 'An error is no datum, and does not mean “none” either.'],
  ),
  'cell-formula-empty': ruled(
    'file.cell',
    files,
    '保存了结果的公式，或值',
    ['单元格是公式，但文件里没有保存计算结果。', 'The cell is a formula, and the file does not hold its result.'],
    ['节点不计算公式：结果应由填报人确认。', 'A node does not compute formulas: whoever reports confirms the result.'],
  ),
  'cell-merged': ruled(
    'file.cell',
    files,
    '每行各自的值',
    ['数据区的单元格被合并，只有第一行有值。', 'Cells of the data are merged; only the first row has the value.'],
    ['合并只是显示效果，不能推定其余各行的值相同。', 'A merge is only how it looks; the other rows may not share the value.'],
  ),
  'row-malformed': ruled(
    'file.row',
    'RFC 4180',
    '引号成对、编码一致的一行',
    [
      '这一行的引号不成对，或夹有别的编码的字节，不能拆成单元格。',
      'Quotes of the row are not in pairs, or it has bytes of another encoding; it cannot be cut into cells.',
    ],
    ['拆错一行，后面各列都会错位。', 'A row cut wrongly shifts every column after it.'],
  ),
} as const satisfies Readonly<Record<string, Teaching>>
