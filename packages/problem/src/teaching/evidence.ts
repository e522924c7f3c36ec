import type { Teaching } from './teaching.ts'
import { ruled } from './teaching.ts'

const protocol = '接口约定 /openapi.json'
const policy = '节点政策 policy.attachments'
const numbers = 'RULES.md 1.1–1.2'

/** Problems of attachments and of numbers that a node gives. */
export const evidenceTeachings = {
  'attachment-missing': ruled(
    'record.attachments',
    protocol,
    '本单位已 PUT /v1/attachments/{摘要} 的附件',
    [
      '记录列出的附件，本单位没有上传过（别的单位上传过不算）。',
      'The record lists an attachment that this participant has not handed in; that another one has does not count.',
    ],
    [
      '记录承诺了这份证据；没有证据就入库，日后谁也拿不出来。先传附件，原样重报即可。',
      'The record commits to this evidence; stored without it, nobody could show it later. Hand it in and send the record again as it is.',
    ],
  ),
  'attachment-type-differs': ruled(
    'record.attachments',
    protocol,
    null,
    [
      '记录写的内容类型与上传时核对出的不同。',
      'The record gives another media type than the one that was found when the attachment was handed in.',
    ],
    [
      '内容类型随记录一起被承诺，写错了以后就会打不开或被误认。',
      'The media type is committed to with the record; a wrong one makes the file open wrongly for good.',
    ],
  ),
  'attachment-type': ruled(
    'attachment.type',
    policy,
    '政策规定的类型，见 detail',
    [
      '文件内容不是可接收的格式，或与 Content-Type 所称不符。按内容判断，不看扩展名。',
      'The content is of no kind that is taken, or not of the kind that Content-Type says. The content decides, not the file’s name.',
    ],
    [
      '证据要多年后仍能打开；名为 PDF、实为网页或程序的文件既不是证据，也可能有害。',
      'Evidence must open years later; a page or a program that is called a PDF is no evidence, and may do harm.',
    ],
  ),
  'attachment-quota': ruled(
    'attachment.quota',
    protocol,
    '配额以内',
    ['本单位的附件合计超过了管理员设定的配额。', 'The participant’s attachments together pass the quota that the operator set.'],
    ['一个单位不能占满整个节点的存储。', 'No participant may fill the node’s storage for all.'],
  ),
  'number-issuer-other': ruled(
    'number.issuer',
    '节点政策 policy.numbers',
    '由政策规定的节点编发，见 detail',
    [
      '按政策，此类编号由报送单位或上级节点编发，不由本节点编发。',
      'By policy the sender or the node above gives these numbers, not this node.',
    ],
    ['两处同时编发，迟早会编出同一个号。', 'Numbers given in two places will one day be the same.'],
  ),
  'number-letters-unknown': ruled(
    'number.letters-known',
    numbers,
    '有公布字母的类别，见 RULES.md 1.2',
    ['该类别的编号字母没有公布过，节点不能自造。', 'No letters were ever published for this class, and the node does not invent any.'],
    [
      '自造的字母会与日后公布的冲突，而已发的编号永不改变。',
      'Invented letters would clash with those published later, and a number once given never changes.',
    ],
  ),
  'numbers-exhausted': ruled(
    'number.sequence-max',
    numbers,
    '项目编号 01–99；阶段编号 001–999',
    [
      '同一机关、同一天、同一分类的两位顺序号（或同一项目、同一字母的三位顺序号）已用完。',
      'The two digits of one authority, day and type (or the three of one project and letters) are used up.',
    ],
    ['没有来源规定用完之后怎么办，所以不擅自加位。', 'No source says what follows after the last one, so no digit is added on our own.'],
  ),
  'number-request-conflict': ruled(
    'number.request',
    protocol,
    '同一 id 只配同一请求',
    [
      '同一个请求 id 曾得到一个编号，而这次问的是另一个。',
      'The same request id was answered with a number before, and now asks for another one.',
    ],
    ['同一 id 永远得到同一个编号，重试才安全。', 'One id always gets one number; that is what makes a retry safe.'],
  ),
} as const satisfies Record<string, Teaching>
