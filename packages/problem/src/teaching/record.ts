import type { Teaching } from './teaching.ts'
import { ruled } from './teaching.ts'

const protocol = '接口约定 /openapi.json'
const conduct = '建市函〔2007〕337号'

/** Problems of one record that the standard's field rules do not know: its frame, its grant, its place among other versions. */
export const recordTeachings = {
  'entity-unknown': ruled(
    'record.entity',
    protocol,
    '/v1/standards 所列数据表代码',
    ['记录的 entity 不是所用版本中的数据表代码。', 'The record’s entity is no table code of the release it is judged by.'],
    ['不知道是哪张表，就不知道有哪些字段、主键和规则。', 'Without the table there are no fields, no key and no rules to judge by.'],
  ),
  'record-malformed': ruled(
    'record.members',
    protocol,
    'entity、operation、sourceId；upsert 带 data，withdraw 带 key 和 reason',
    ['记录外层的成员缺失、多余或类型不对。', 'A member around the data is missing, superfluous or of the wrong type.'],
    ['这些成员说明是哪张表、做什么、是本系统的哪一行。', 'They say which table, what to do, and which row of the sender’s system it is.'],
  ),
  'line-malformed': ruled(
    'record.line',
    'RFC 8259',
    '一行一个 JSON 对象',
    ['NDJSON 的这一行不是合格的 JSON；其他行不受影响。', 'This line of NDJSON is not sound JSON; the other lines are not touched by it.'],
    ['一行一条，才能只退回坏的那一条。', 'One record a line lets the node refuse just the broken one.'],
  ),
  'number-unsafe': ruled(
    'record.numbers',
    'RFC 7493 §2.2',
    '±(2^53−1) 以内，或字符串',
    [
      'JSON 数字太大或精度太高，多数程序读进来就变了。',
      'The JSON number is too large or too precise; most programs would change it on reading.',
    ],
    ['编号变了一位就是另一个项目，且没有人会察觉。', 'A number that changes by one digit names another project, and nobody notices.'],
  ),
  'record-too-large': ruled(
    'record.size',
    protocol,
    '≤ 1 MiB',
    ['一条记录超过 1 MiB。', 'One record is above 1 MiB.'],
    ['标准中没有这么长的字段；通常是把图片写进了文本。', 'No field of the standard is that long; usually an image was put into a text.'],
  ),
  'region-not-granted': ruled(
    'grant.reporting-region',
    '项目裁定：按项目或行为所在地授权',
    null,
    [
      '记录所在区域，或编号里的区划，不在本单位获授权的范围内。',
      'The record’s region, or the one inside a number, is not granted to this participant.',
    ],
    [
      '按项目或行为所在地报送：一地的系统不能替另一地报送。',
      'Data is reported where the project or the conduct is; one place does not report for another.',
    ],
  ),
  'level-above-tier': ruled(
    'claim.data-level',
    '2018 版标准 TBDATALEVELDIC [WX20]',
    null,
    ['记录自称的数据等级高于本级节点可以认定的等级。', 'The record claims a data level above what this tier can give.'],
    ['A、B、C 由省、市、县审核后认定，不能自封。', 'A, B and C are given by province, city and county after review, not claimed.'],
  ),
  'origin-not-granted': ruled(
    'grant.origin',
    '项目裁定：下级节点只转报辖区内来源',
    '该节点辖区内的来源',
    ['下级节点转来的记录，来源节点不在它的辖区内。', 'A lower node forwarded a record whose origin is outside its regions.'],
    [
      '只有管辖来源的节点能为其转报，否则记录会从两条路上来。',
      'Only the node over an origin forwards it; otherwise records come by two ways.',
    ],
  ),
  'source-version-conflict': ruled(
    'order.source-version',
    '项目裁定：流内版本的次序',
    '比已收到的更大的 sourceVersion',
    ['同一个 sourceVersion 以前来过，而内容不同。', 'The same sourceVersion came before with other content.'],
    ['版本号相同内容却不同，无法判断哪一个在后。', 'With one number for two contents nobody can tell which is later.'],
  ),
  'version-conflict': ruled(
    'order.version',
    '项目裁定：流内版本的次序',
    '与已有版本相同的内容承诺',
    ['两级节点对同一版本持有不同的内容承诺。', 'Two nodes hold different commitments for one version.'],
    [
      '这不会由正常报送产生，可能是数据被改动，须人工核查。',
      'Ordinary pushing never makes this; data may have been changed, so a person has to look.',
    ],
  ),
  'record-id-conflict': ruled(
    'order.record-id',
    '项目裁定：流内版本的次序',
    '同一业务主键的记录编号',
    ['记录编号在本节点属于另一个业务主键。', 'Here the record id belongs to another business key.'],
    ['一个编号指两条记录，历史就会接错。', 'One id for two records would join two histories.'],
  ),
  'withdraw-in-force': ruled(
    'order.withdrawal',
    '渝建〔2018〕213号',
    '更正程序',
    ['要撤回的记录已经入库生效。', 'The record to be withdrawn is in force.'],
    [
      '已生效的数据可能已被引用、公开，只能通过更正留痕处理。',
      'Data in force may be referred to and public; it changes only by a correction that leaves a trace.',
    ],
  ),
  'withdraw-conduct': ruled(
    'conduct.permanent',
    conduct,
    '决定变更或撤销程序',
    ['对行为记录使用了撤回。', 'A conduct record was to be withdrawn.'],
    [
      '不良行为内部档案永久保存；处罚被撤销或变更有专门程序。',
      'Conduct stays on the internal file for good; a revoked or changed decision has its own procedure.',
    ],
  ),
  'atomic-rolled-back': ruled(
    'submission.atomic',
    protocol,
    '同批各条都没有错误',
    [
      '这条记录本身没有问题，因同批另一条被退回而一并退回。',
      'Nothing is wrong with this record; another of the same atomic submission was refused.',
    ],
    ['整批模式要么全部入库，要么全部不入库。', 'Atomic mode stores all or nothing.'],
  ),
  'release-unknown': ruled(
    'link.release',
    'docs/protocol.md §13',
    '上级节点已装载的标准版本',
    ['上级节点没有装载这条记录所用的标准版本。', 'The node above does not serve the release of this record.'],
    [
      '途中的记录不会被改写成另一版，先停放，待上级装载后再送。',
      'A record under way is not rewritten; it waits until the release is there.',
    ],
  ),
  'far-refused': ruled(
    'link.far-system',
    'docs/transports.md',
    '接收系统自己的规则，见其退回说明',
    [
      '经前置库接收记录的系统把它标为退回；说明是该系统写的原话。',
      'The system that takes records from front tables marked this one as refused; the words are its own.',
    ],
    ['那个系统不是汇交节点，它的规则不在本标准之内。', 'That system is no node of this hub, and its rules are none of the standard’s.'],
  ),
  'custody-invalid': ruled(
    'link.custody',
    'RFC 6962；docs/protocol.md §5、§13',
    '能推出所声称日志的证明',
    ['下级节点转来的证明推不出它所声称的日志。', 'The proof that came with the record does not lead to the log it claims.'],
    ['证明不成立，就不能确认记录是谁、何时报送的。', 'Without it nobody can say who sent the record, and when.'],
  ),
  'parent-missing': ruled(
    'reference.parent',
    'RULES.md 3',
    '被引用的记录已入库',
    [
      '记录所引用的上级记录（如项目）还没有入库，本记录待关联。',
      'The record it refers to, such as the project, is not in force here yet; this one is held.',
    ],
    [
      '合同、许可离开项目没有意义；到达后自动放行，超过期限则退回。',
      'A contract or permit means nothing without its project; it is released when that arrives and refused after a time.',
    ],
  ),
  'key-invalid': ruled(
    'key.fields',
    '数据标准 业务主键',
    '/v1/standards 所列的键字段',
    ['key 不是这张表的主键字段，或缺少、多出字段。', 'key is not made of the table’s key fields, or has too few or too many.'],
    ['撤回和查询必须指向唯一的一条记录。', 'A withdrawal or a look-up has to mean exactly one record.'],
  ),
  'problems-many': ruled(
    'answer.size',
    protocol,
    '先改正已列出的问题',
    ['这条记录的问题太多，答复里只列出前一部分。', 'The record has more problems than one answer lists.'],
    ['多数是同一个原因（如整列错位）；改正后其余往往随之消失。', 'Mostly they have one cause, such as shifted columns, and go with it.'],
  ),
} as const satisfies Readonly<Record<string, Teaching>>
