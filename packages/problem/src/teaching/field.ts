import type { Teaching } from './teaching.ts'
import { taught } from './teaching.ts'

/** Problems of the fields of one record. Their rule, basis and what is allowed come with each problem, from the standard's rules. */
export const fieldTeachings = {
  'field-missing': taught(
    ['标准规定必填的字段没有出现。', 'A field that the standard demands is not there.'],
    ['缺一个必填项，上级就无法核对、统计或公开这条记录。', 'Without it the tiers above cannot check, count or publish the record.'],
    '真实值；类型与长度见 /v1/schemas',
  ),
  'field-empty': taught(
    ['字段在，但值是空字符串。', 'The field is there, with an empty string.'],
    [
      '空字符串与“没有”不同：它会覆盖以前的值，也会被误认为已填。',
      'An empty string is not “absent”: it overwrites what was there and looks filled in.',
    ],
    '真实值；选填字段没有值时不写该成员',
  ),
  'field-unknown': taught(
    [
      '记录里有标准中没有的字段名，常见的是大小写或拼写错误。',
      'The record has a field the standard does not know; often letter case or spelling.',
    ],
    ['忽略它等于悄悄丢数据：发送方以为已报送，实际没有。', 'To ignore it would lose data in silence: the sender thinks it was reported.'],
    '/v1/schemas 所列字段名',
  ),
  'type-wrong': taught(
    ['JSON 类型不对，例如把编号、金额写成数字。', 'The JSON type is wrong, such as a number where a string belongs.'],
    ['数字会丢前导零和小数精度，换一个程序读就变了。', 'Numbers lose leading zeros and precision, and change from program to program.'],
  ),
  'too-long': taught(
    ['值比标准规定的长度长。', 'The value is longer than the standard allows.'],
    ['为塞进字段而截断编号，会得到另一个有效的编号。', 'A number cut to fit may be another valid number.'],
  ),
  'text-invalid': taught(
    [
      '文本里有控制字符、半个代理对或不是 UTF-8 的字节。',
      'The text has control characters, half a surrogate pair or bytes that are not UTF-8.',
    ],
    ['这些字符显示不出来，却会使比较、签名和导出出错。', 'They are invisible, and break comparison, signatures and exports.'],
    '可见字符、换行和制表符',
  ),
  'decimal-invalid': taught(
    [
      '金额、面积等数值的写法不符：科学计数法、千分位、单位或小数位过多。',
      'An amount or area is written with an exponent, separators, a unit or too many decimals.',
    ],
    ['数值按精确十进制保存，不能由节点去猜四舍五入。', 'Values are kept as exact decimals; the node does not round by guess.'],
  ),
  'integer-invalid': taught(
    ['个数类字段不是非负整数。', 'A count is not a whole number from 0.'],
    [
      '层数、人数、天数为负或带小数，说明来源字段取错了。',
      'Negative or fractional floors, persons or days mean that the wrong column was taken.',
    ],
  ),
  'date-invalid': taught(
    ['日期不存在，或写法不是 YYYY-MM-DD。', 'The date does not exist or is not written YYYY-MM-DD.'],
    [
      '期限、公布期都从日期起算，含糊的日期会算出不同的结果。',
      'Deadlines and terms are counted from it; an ambiguous date gives different results.',
    ],
  ),
  'code-unknown': taught(
    ['代码不在所用版本的字典里。', 'The code is not in the dictionary of this release.'],
    [
      '字典代码是各级统计的口径；015 在 2014 版和 2018 版含义不同。',
      'Codes are what all tiers count by; 015 means one thing in 2014 and another in 2018.',
    ],
  ),
  'code-unlisted': taught(
    [
      '代码的形式正确，但本节点持有的字典不完整，里面没有它。',
      'The code is well formed but not among those this node holds, whose list is incomplete.',
    ],
    ['不完整的字典不能用来退回数据，因此照收并提示。', 'An incomplete list must not refuse data, so it is taken and told.'],
    '/v1/dictionaries 所列代码',
  ),
  'region-unknown': taught(
    ['六位代码不是行政区划，也不是已登记的开发区等代码。', 'The six digits are no region, nor a registered code of a zone.'],
    ['区域决定由谁管辖、向谁报送。', 'The region decides who is in charge and where data goes.'],
    'GB/T 2260 六位代码，或已登记的开发区等代码',
  ),
  'region-level-wrong': taught(
    ['代码的级别不对，例如在省的字段里填了市。', 'The code is of another level, such as a city where a province belongs.'],
    ['省、市、区县三个字段逐级汇总，级别错了就汇到别处。', 'Totals are made level by level; a wrong level counts elsewhere.'],
  ),
  'region-not-nested': taught(
    ['区县不属于所填的城市，或城市不属于所填的省。', 'The county is not in the city, or the city not in the province.'],
    ['三个代码互相矛盾时，同一项目会被两地统计。', 'When the codes contradict one another, two places count the same project.'],
  ),
  'region-abolished': taught(
    ['这个区划代码已撤销，而记录的时间在撤销之后。', 'The region code was abolished before the time of this record.'],
    [
      '旧记录沿用旧代码是对的；新记录用旧代码会漏出现在的辖区。',
      'Old records keep old codes; new ones under an old code fall out of today’s jurisdiction.',
    ],
    '记录当时有效的代码',
  ),
  'number-invalid': taught(
    ['项目编号等的位数或组成不符。', 'A project number or the like has the wrong length or parts.'],
    ['编号把各阶段的记录连在一起，错一位就连不上。', 'Numbers tie the phases together; one wrong digit breaks the tie.'],
    '区划 6 位 + 日期 yyMMdd + 分类 2 位 + 顺序 2 位',
  ),
  'number-region-mismatch': taught(
    ['编号前六位的区划与记录所写的区县不一致。', 'The first six digits of the number are not the region of the record.'],
    ['两者必有一错：不是编号取错，就是区县填错。', 'One of them is wrong: the number or the county.'],
  ),
  'number-inconsistent': taught(
    [
      '编号里的日期、分类、环节字母或所属项目与记录内容不一致。',
      'Date, type, letters or project inside the number do not agree with the record.',
    ],
    [
      '编号一经赋予不再改变，不一致常常是套用了别的记录的编号。',
      'A number never changes once given; a mismatch often means that another record’s was used.',
    ],
    '与记录内容一致的编号',
  ),
  'company-code-invalid': taught(
    [
      '单位代码既不是 18 位统一社会信用代码，也不是 9/10 位组织机构代码。',
      'The code is neither an 18-character credit code nor an organisation code of 9 or 10.',
    ],
    ['企业的资质、业绩、行为全靠这个代码归到一处。', 'Qualifications, work and conduct of a company meet under this code.'],
  ),
  'credit-code-invalid': taught(
    ['统一社会信用代码的校验位不符。', 'The check character of the credit code does not fit.'],
    [
      '错一位或两位对调都会被校验位发现；照收就会记到别的企业名下。',
      'The check finds a wrong or swapped character; taken as it is, it would count for another company.',
    ],
    '18 位，末位为 GB 32100-2015 校验字符',
  ),
  'organisation-code-invalid': taught(
    ['组织机构代码的校验位不符。', 'The check character of the organisation code does not fit.'],
    ['照收就会记到别的单位名下。', 'Taken as it is, it would count for another body.'],
    '8 位本体代码加 GB 11714 校验码',
  ),
  'resident-id-invalid': taught(
    ['公民身份号码的位数、日期或校验位不符。', 'The resident identity number has a wrong length, date or check character.'],
    [
      '错号会把执业信息记到别人名下；证件类型不是身份证的请改类型。',
      'A wrong number puts one person’s record on another; for other documents set the type.',
    ],
    '18 位，末位为 GB 11643 校验码',
  ),
  'resident-id-old': taught(
    ['证件号码是 15 位旧号。', 'The number is an old one of 15 digits.'],
    [
      '旧号没有校验位，且与 18 位号对不上同一人；历史数据可以沿用。',
      'It has no check character and does not match the 18-character number; history may keep it.',
    ],
    '18 位公民身份号码',
  ),
  'resident-id-inconsistent': taught(
    ['身份号码里的出生日期或性别与记录不同。', 'Birth date or sex inside the number differs from the record.'],
    ['其中之一填错了，或号码不是本人的。', 'One of them is wrong, or the number is somebody else’s.'],
    '与身份号码一致的出生日期和性别',
  ),
  'placeholder-value': taught(
    ['填写的是“无”“/”“测试”“1900-01-01”一类占位内容。', 'The value is a stand-in such as 无, /, 测试 or 1900-01-01.'],
    [
      '占位内容能通过长度检查，却会进入统计和公开页面。',
      'Placeholders pass every length check and end up in statistics and on public pages.',
    ],
    '真实值；选填字段没有值时不写该成员',
  ),
  'spaces-around': taught(
    ['值的首尾有空白或全角空格。', 'There is white space around the value.'],
    ['看起来相同的名称和编号会因此匹配不上。', 'Names and numbers that look alike then do not match.'],
    '首尾没有空白的值',
  ),
  'date-order': taught(
    ['两个日期的先后与业务顺序不符。', 'Two dates are not in the order of the work.'],
    [
      '没有来源把它写成硬性规定，补录数据也会如此，因此只提醒。',
      'No source makes it a hard rule and backfilled history breaks it, so it only warns.',
    ],
    '符合业务先后的日期',
  ),
  'date-future': taught(
    ['已经发生的事，日期却在将来。', 'Something that has happened has a date in the future.'],
    ['多为年份笔误，会使期限计算全部错位。', 'Mostly a slip in the year, which shifts every deadline.'],
    '不晚于今天的日期',
  ),
  'amount-doubtful': taught(
    ['金额与面积、同类项目相比明显过大或过小。', 'The amount is far too large or small for its area or kind.'],
    ['本字段以万元计；按元填写会大一万倍。', 'The field counts 10,000 yuan; entered in yuan it is ten thousand times too large.'],
    '以本字段单位计的数额',
  ),
  'classified-project': taught(
    ['项目名称或内容表明可能是涉密工程。', 'Name or content says that the project may be classified.'],
    ['涉密工程不得通过公开网络和本系统报送。', 'Classified projects must not travel over open networks or through this system.'],
    '非涉密工程',
  ),
  'condition-missing': taught(
    ['在这种情况下应当填写的字段没有填。', 'A field that is due in this case is not filled in.'],
    ['记录可以入库，但可能达不到上报条件。', 'The record is taken, but may not qualify to go up.'],
    '该情形下的真实值',
  ),
  'identity-number-in-text': taught(
    ['正文里写有公民身份号码。', 'A free text holds a resident identity number.'],
    [
      '正文会公开，身份号码属于个人信息，应填入专门字段加密保存。',
      'Texts become public; identity numbers are personal and belong in their own, sealed field.',
    ],
    '不含身份号码的正文',
  ),
  'characters-stray': taught(
    [
      '值里有全角数字、零宽字符、空格等不该出现的字符。',
      'The value holds full-width digits, invisible characters or spaces that do not belong there.',
    ],
    ['看起来一样的编号因此查不到、连不上。', 'Numbers that look the same are then not found and not tied together.'],
    '半角字符，没有空格和不可见字符',
  ),
  'text-garbled': taught(
    ['文字是乱码：GBK 与 UTF-8 之间转换错了一次或多次。', 'The text is garbled: it was converted wrongly between GBK and UTF-8.'],
    ['乱码一旦入库就会随数据逐级上报、公开。', 'Once stored it travels up and becomes public with the data.'],
    '正确编码的文字',
  ),
  'excel-damage': taught(
    [
      '值像是被 Excel 改过：变成科学计数法，或丢了前导零。',
      'The value looks changed by Excel: written with an exponent, or without its leading zeros.',
    ],
    [
      '末几位已经丢失，不能还原；须从来源重新取，并把单元格设为文本。',
      'The last digits are lost for good; take the value from its source again, in a cell of type text.',
    ],
    '业务系统中的原值，写作文本',
  ),
  'code-not-in-force': taught(
    ['代码在字典里，但在记录的日期还没有生效或已经停用。', 'The code is in the dictionary but not in force at the date of the record.'],
    ['字典会更换；代码只在其有效期内有确定的含义。', 'Dictionaries change; a code has its meaning only within its time.'],
    '在记录日期有效的代码',
  ),
  'company-codes-differ': taught(
    [
      '统一社会信用代码里的组织机构代码与另填的组织机构代码不是同一个。',
      'The organisation code inside the credit code is not the one given beside it.',
    ],
    ['两个代码应指同一单位；不同则其中一个抄错，记录会归到两家。', 'Both should name one body; otherwise the record counts for two.'],
    '同一单位的两个代码：统一社会信用代码第 9–17 位即组织机构代码',
  ),
  'sum-mismatch': taught(
    ['合计与各分项之和不相等。', 'The total is not the sum of its parts.'],
    ['总数与分项各自被统计，不等就会出现两个口径。', 'Totals and parts are both counted; when they differ there are two truths.'],
    '等于各分项之和的合计',
  ),
  'share-doubtful': taught(
    ['比例、占比或分摊数超出合理范围。', 'A share or ratio lies outside what is plausible.'],
    ['多为单位或小数点错误，须核对原件。', 'Mostly a slip of unit or decimal point; compare with the original.'],
  ),
  'qualification-doubtful': taught(
    ['单位的资质看起来不覆盖所承担的工程。', 'The qualification does not seem to cover the works.'],
    [
      '资质可能已变更或另有证书，因此存疑而不直接退回。',
      'It may have changed or another certificate may exist, so it is doubted and not refused.',
    ],
    '与所承担工作相符的有效证书',
  ),
  'conduct-code-inconsistent': taught(
    ['行为代码与主体类别、行为类别等不一致。', 'The conduct code does not agree with the kind of subject or conduct.'],
    [
      '代码决定公布期限和影响范围，用错会公布错误的内容。',
      'The code decides term and effect of publication; a wrong one publishes what is not so.',
    ],
    '与主体类型和行为类别一致的代码',
  ),
} as const satisfies Readonly<Record<string, Teaching>>
