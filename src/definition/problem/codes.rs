//! The codes of problems. A code never changes its meaning; what is retired is not used again.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::language::Text;

macro_rules! codes {
    ($($code:literal $name:ident, $zh:literal, $en:literal;)*) => {
        /// What kind of problem: E0 file, E1 names, E2 types, E3 flow, E4 conditions, E50 people who decide together, E52
        /// lists and waits, E53 schedules, E54 who sees what, E55 people known later, E56 reminders, E60 proof, E7 branches, time and people, E80 scenarios, E85 changes of definitions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $en] $name,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it is written: `E101`.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// What the code means and why the rule is there.
            #[must_use]
            pub fn explanation(self) -> Text {
                match self {
                    $(Self::$name => Text::new($zh, $en),)*
                }
            }
        }
    };
}

codes! {
    "E001" NotYaml,
        "文件必须是有效的 YAML 文本，使用 UTF-8 编码，不含控制字符。语法不通时无法检查其余内容，所以只报告这一个问题。",
        "The file must be YAML in UTF-8 without control characters. While the syntax is broken nothing else can be checked, so this is the only problem reported.";
    "E002" TooLarge,
        "流程定义最大 256 KB。再大的文件没有人能读完，也会拖慢发布检查。",
        "A definition has at most 256 KB. Nobody reads a larger one, and it would slow publication down.";
    "E003" TooDeep,
        "YAML 嵌套最深 32 层，最多 5000 个值。超过时多半是缩进有误。",
        "YAML nests at most 32 levels deep and holds at most 5,000 values. More is most often a slip of the indentation.";
    "E004" Alias,
        "不使用 YAML 的锚点、引用和标签：它们让同一段文字在别处悄悄生效，审阅时看不出来。",
        "YAML anchors, aliases and tags are not used: they make text act somewhere else, where a reader does not see it.";
    "E005" Documents,
        "一个文件恰好写一个流程，不能为空，也不能用“---”分成几份。",
        "A file holds exactly one workflow: neither none, nor several separated by “---”.";
    "E006" DuplicateKey,
        "同一组键值对中，一个键只能出现一次；否则不知道以哪一处为准。",
        "A key stands once in its mapping; otherwise nobody can say which of the two counts.";
    "E007" FileName,
        "流程名称与文件名相同，这样从办件能找到文件，从文件能找到办件。",
        "A workflow is called as its file is, so that one leads to the other.";
    "E008" CannotBeObtained,
        "关口要求的事实必须有流程可以取得，否则谁也过不了这一关。",
        "A fact that a gate needs must be obtainable by a workflow, or nobody could ever pass the gate.";
    "E009" SharedWithAnother,
        "流程名称和编号格式在各流程之间不能重复：否则两个流程会互相顶替，两个办件会同号。",
        "Workflows share neither their names nor the patterns of their case numbers, or one would replace the other and two cases would bear one number.";
    "E101" UnknownKey,
        "每个位置只接受规定的键。多余的键一律拒绝，避免写错一个字母而规则悄悄失效。",
        "Each place takes certain keys only. Any other is refused, so that a slip of one letter cannot silently switch off a rule.";
    "E102" MissingKey,
        "这里必须有某个键。提示中给出一个写法。",
        "A key must be there. The hint shows one way to write it.";
    "E103" Malformed,
        "名称要能出现在网址、条件和日志中：以小写字母开头，流程、步骤用连字符（department-review），字段用下划线（annual_goal）。",
        "Names appear in addresses, conditions and logs: start with a small letter; workflows and steps use hyphens (department-review), fields underscores (annual_goal).";
    "E104" Duplicate,
        "步骤、字段、选项、等级和结果的名称各自不能重复；结果读取时连字符与下划线视为相同。",
        "Steps, fields, options, grades and outcomes each have names of their own; in conditions a hyphen and an underscore are the same.";
    "E105" NotYet,
        "流程语言计划支持但本版本还没有的写法（sign，电子签名）。现在拒绝，是为了不让人以为它已经生效。",
        "The language will have this (sign, electronic signatures) but does not yet. It is refused so that nobody believes it works.";
    "E106" UnknownRole,
        "角色来自系统登记的角色表，见语言参考。拼错的角色会让任务无人办理。",
        "Roles come from the register in the language reference. A misspelt role would leave a task with nobody.";
    "E107" UnknownFact,
        "事实及其取值来自系统登记表，见语言参考。",
        "Facts and their values come from the register in the language reference.";
    "E108" UnknownEffect,
        "业务动作（do）来自系统登记表，例如 submit-budget-request。",
        "Effects (do) come from the register, such as submit-budget-request.";
    "E109" UnknownMail,
        "通知模板来自系统登记表。",
        "Mails come from the register.";
    "E110" UnknownField,
        "只能引用本文件 form 中定义的字段。",
        "Only fields that this file's form defines can be named.";
    "E111" UnknownOrganisation,
        "机构可写 project.unit、project.department、initiator.unit、initiator.department，或者固定的机构代码。",
        "Organisations are project.unit, project.department, initiator.unit, initiator.department, or a fixed code.";
    "E112" UnknownOutcome,
        "结果须在系统登记表中，并且列在本文件的 outcomes 里。withdrawn 专指发起人撤销，不能由步骤产生。",
        "An outcome is one of the register and declared in this file's outcomes. withdrawn is the initiator's own doing and no step leads to it.";
    "E113" UnknownStep,
        "只能引用本文件中写明名称的步骤。",
        "Only steps that this file names can be referred to.";
    "E114" UnknownStepKind,
        "每个步骤以一个步骤类型开头：fill、approve、gate、choose、parallel、each、handoff、wait、start、do、record、notify、end。",
        "Every step starts with one kind: fill, approve, gate, choose, parallel, each, handoff, wait, start, do, record, notify, end.";
    "E115" UnknownFieldType,
        "字段类型有 text、number、money、date、flag、choice、indicator-table、score-sheet、attachment。",
        "Field types are text, number, money, date, flag, choice, indicator-table, score-sheet, attachment.";
    "E116" UnknownScoreSheet,
        "评分表属于政策数据，名称见 workflows/policy/scoring.yaml。",
        "Score sheets are policy, named in workflows/policy/scoring.yaml.";
    "E117" UnknownRule,
        "依据（basis）引用制度文件的登记代码，见 workflows/policy/rules.yaml。",
        "basis cites rules by the code they have in workflows/policy/rules.yaml.";
    "E201" WrongShape,
        "这里的写法形状不对，例如应当是列表却写成了一段文字。",
        "The value has another shape than is wanted, such as text in place of a list.";
    "E202" Empty,
        "键写了却没有内容，或者列表是空的。请写上内容，或者连同键一起删除。",
        "A key without a value, or a list without items. Give it one, or remove the key.";
    "E203" NotADuration,
        "时限必须带有不会误解的单位：工作日（working days）按国务院调休安排计算，日（days）按日历计算。不接受 P1D 和单独的数字。",
        "A duration has a unit that cannot be misread: working days follow the State Council's calendar, days are calendar days. P1D and bare numbers are refused.";
    "E204" NotANumber,
        "这里要写规定范围内的整数。",
        "A whole number within bounds is wanted.";
    "E205" NotOneOf,
        "这里只能写提示中列出的几个值之一。",
        "Only one of the values in the hint can stand here.";
    "E206" BadNumberPattern,
        "流程编号必须含 {seq} 或 {seq:位数}，否则两个办件会同号；{year} 是预算年度。",
        "A case number must contain {seq} or {seq:digits}, or two cases would share one; {year} is the budget year.";
    "E207" LanguageMissing,
        "界面上的文字都要有中文和英文。",
        "Every text on a page exists in Chinese and in English.";
    "E208" TextTooLong,
        "标题和说明显示在一行内，也会进入邮件主题，所以不能换行、不能过长。",
        "Titles and hints are shown on one line and get into mail subjects, so they are short and without line breaks.";
    "E209" CapNotMoney,
        "record 的 cap 把事实允许的金额限定为某个金额字段的值。",
        "The cap of a record limits what the fact allows to the value of a money field.";
    "E210" KeyOfAnotherType,
        "max、options、sheet 各属于特定的字段类型。",
        "max, options and sheet each belong to certain types of fields.";
    "E211" AmountRule,
        "sums 和 at most 比较的都是金额字段，一条规则中每个字段只写一次。",
        "sums and at most compare money fields, each named once in a rule.";
    "E212" BadTitlePattern,
        "办件标题可以写 {project}（项目名称）、{year}（预算年度）和 {number}（流程编号），中英文各一种写法。",
        "The title of cases can hold {project}, the project's name, {year}, the budget year, and {number}, in both languages.";
    "E213" ClockField,
        "clocks 写明双监控从哪些字段计算：期次（choice）、全年预算和累计支出（money）、进度表（progress-table），都是必填字段，由同一步填写。",
        "clocks names the fields that the two clocks are read from: the round (choice), the budget and what was spent (money), and a progress-table, all required and written in one step.";
    "E214" ComputedField,
        "执行率、亮灯等由系统按 clocks 计算，不能由人填写，也不能另写选项；类型由计算结果决定。",
        "Rates, lamps and the like are computed from clocks: nobody writes them, they bring their own options, and their type is that of the result.";
    "E301" Unreachable,
        "排在 end 之后，或者排在所有去向都是退回、结束的步骤之后的步骤，永远不会执行。",
        "A step after an end, or after a step all of whose routes return or end, can never be reached.";
    "E302" RunsOff,
        "每条路径都必须走到一个 end，办件才有结果。",
        "Every way must come to an end, or a case would have no outcome.";
    "E303" EndInParallel,
        "并行分支中不能直接结束办件。由人作出的“不同意”或“结束”等级可以，它会撤回其他分支的任务。",
        "A parallel branch cannot end the case by itself. A person's reject, or a grade that ends, can: it cancels the other branches' tasks.";
    "E304" EmptyBlock,
        "步骤列表不能为空：空的分支看不出是有意不办，还是忘了写。",
        "A list of steps cannot be empty: nobody could tell whether nothing was meant or something forgotten.";
    "E305" NoOtherwise,
        "choose 必须有 otherwise，避免出现谁也没想到的情况时办件停住。",
        "A choice has an otherwise, so that no case gets stuck in a situation nobody thought of.";
    "E306" NotEarlier,
        "退回的目标必须是排在前面的 fill 或 approve。向前跳转不存在。",
        "A return goes to an earlier fill or approve. Nothing jumps forward.";
    "E307" OtherBranch,
        "退回的目标必须在同一层或外层：分支里的步骤，本次办理可能没有走过，或者要和其他分支一起办理。",
        "A return goes to a step of the same block or of a block around it: a step inside another branch may never have been passed, or belongs with its sister branches.";
    "E308" ResumeAcross,
        "resume: here 表示改完后直接回到退回的那一步，所以不能跨越分支：改动之后，该走的分支可能已经不同。",
        "resume: here comes straight back to the step that returned the case, so it cannot leave a branch: after the change another branch may be the right one.";
    "E309" OutcomeNotReached,
        "outcomes 中的每个结果（withdrawn 除外）都要有步骤能够到达。",
        "Every outcome declared (but withdrawn) must be reached by some step.";
    "E310" EditedByNobody,
        "每个字段都要有步骤填写，否则它永远是空的。",
        "Some step must fill each field, or it stays empty for ever.";
    "E311" ReadBeforeFilled,
        "条件、上限读取的字段，必须在此前的每条路径上都已必填。在判断 outcome.某步骤 == \"某等级\" 的分支内，该等级 requires 的字段视为已填，除非此后又有步骤能把它清空。",
        "What conditions and caps read must have been filled on every way there. Inside a branch on outcome.step == \"grade\", the fields which that grade requires count as filled, unless a later step may empty them.";
    "E312" GradesWithMode,
        "几个人分别评定等级时，要用表决（mode: { vote: 2/3, undecided: … }）写明如何得出一个等级。",
        "Where several people grade, a vote (mode: { vote: 2/3, undecided: … }) says how one grade comes of it.";
    "E313" GradesWithRoutes,
        "有等级的步骤，去向都写在等级里，不再另写 reject 和 return to。",
        "A step with grades has all its routes in the grades, not in reject and return to.";
    "E314" GradeRoute,
        "每个等级恰好有一个去向：next、return to 或 end。",
        "Every grade has exactly one route: next, return to, or end.";
    "E315" LonelyBranch,
        "并行至少有两个分支。",
        "A parallel has at least two branches.";
    "E316" SumAcrossSteps,
        "合计与各项必须在同一步填写：分在两步时，前一步办结的那一刻不可能相等。",
        "A total and its parts are written in the same step: in two steps they could never agree when the first is done.";
    "E317" LateWithoutDue,
        "late 是逾期时由系统做的事，没有时限就没有逾期；能这样做的只有只收不放的业务动作。",
        "late is what the system does once the due time has passed, so there is one; only effects that hold something back can stand there.";
    "E318" EffectAmount,
        "业务动作要读取的金额，在走到它的每条路径上都必须已填：提交预算申请（submit-budget-request）读取金额字段 amount，要设为 required: true。",
        "The amount that an effect reads is filled on every way to it: submit-budget-request reads the money field amount, which has required: true.";
    "E319" EffectTwice,
        "提交预算申请、发布流程定义，一个办件只能做一次：第二次必被拒绝，办件就停在那里。退回后会再走到它的，也算第二次。",
        "A case submits its budget request, or publishes its definition, once: a second time is refused, and the case could not go on. Coming to it again after a return counts.";
    "E401" NotACondition,
        "条件是 CEL 表达式的一个安全子集，只读，不访问时间和网络。",
        "A condition is a safe subset of CEL: read-only, without clock or network.";
    "E402" ConditionTooLarge,
        "条件有大小上限，保证判断瞬间完成，也保证人能看懂。",
        "Conditions are bounded, so that they are decided at once and can be understood.";
    "E403" NotInConditions,
        "条件不含循环、映射、算术和三元运算，只做比较。",
        "Conditions compare; they have no loops, maps, arithmetic or ternaries.";
    "E404" UnknownConditionName,
        "条件可读取 form.字段、project.属性、case.year、case.workflow、outcome.步骤 和 policy.名称。",
        "Conditions read form.field, project.property, case.year, case.workflow, outcome.step and policy.name.";
    "E405" NotBoolean,
        "条件的结果必须是“是”或“否”。",
        "A condition is yes or no.";
    "E406" CannotCompare,
        "只能比较同一类型的值。金额必须写明单位，元和万元相差一万倍。",
        "Only values of the same type compare. Amounts carry their unit: yuan and ten thousand yuan are easily confused.";
    "E407" NeverThatValue,
        "比较的值不在选项、等级或登记值之内，这个条件永远不会成立（或永远成立）。",
        "The value is none of the options, grades or registered values, so the comparison would never (or always) hold.";
    "E408" BadArgument,
        "函数的参数类型或取值不对。",
        "A function was given an argument of the wrong type or value.";
    "E501" NotByItself,
        "not by 让在其他步骤办理过的人回避这一步，所以不能写这一步自己。",
        "not by keeps out of a step whoever acted in others, so it cannot name the step itself.";
    "E502" NotAMajority,
        "表决要写明多少票通过：比例（2/3、超过1/2）、票数（3票）、any 或 all。比例按全体应表决人计算，弃权和未投票也在分母里。",
        "A vote says how many votes pass: a share (2/3, more than 1/2), a number (3 votes), any, or all. A share is of everybody who is asked; whoever abstains or has not voted counts in the whole.";
    "E503" TwoGradesCouldPass,
        "几个人评定等级时，只能有一个等级达到要求，所以比例必须超过半数。",
        "Where several people grade, only one grade may reach its votes, so the share is above one half.";
    "E504" VetoOnGrades,
        "veto 是一票否决，只用于同意和不同意的表决。",
        "veto lets one rejection decide, which exists only where people approve or reject.";
    "E505" RejectBesideVote,
        "表决时“不同意”是一票；表决不通过的去向由 failed 写明。",
        "In a vote a rejection is one vote; failed says where a vote leads that does not pass.";
    "E506" EditInAVote,
        "表决的对象在表决期间不能改动。",
        "What people vote on does not change while they vote.";
    "E507" WeightOfNobody,
        "权重写给没有被请来表决的角色，等于没有写。",
        "A weight of a role that is not asked has no effect.";
    "E508" VoteRoute,
        "表决可能没有结果（人人弃权、票数分散），必须写明这时办件到哪里去。",
        "A vote may end without a result (all abstain, the votes are spread), and the definition says where the case goes then.";
    "E520" ItemOutside,
        "item 指 each 中当前的一项，只能写在 each 的 steps 里。",
        "item is the item at hand of an each, and means something inside its steps only.";
    "E521" ItemOfAnotherKind,
        "by: item 要求列表的各项是人员，of: item 要求各项是机构；指标表的各行只有标题。",
        "by: item needs a list of people, of: item a list of organisations; the rows of a table have titles only.";
    "E522" EachInEach,
        "each 不能再套 each：人数会成倍增长，退回和统计也说不清是哪一层。",
        "An each does not stand inside another one: tasks would multiply, and nobody could say which of the two a return or a count is about.";
    "E523" OncePerItem,
        "登记结论、业务动作和发起流程对整个办件只做一次，不能对列表的每一项重复。",
        "A fact, an effect or another workflow happens once for the whole case, not once for every item of a list.";
    "E524" FieldsAtOnce,
        "表单的每个字段只有一个值：几项同时填写，后填的会盖掉先填的。",
        "The form holds one value for each field: where several items are under way at once, the last one would overwrite the others.";
    "E525" WaitForOneThing,
        "wait 恰好等待一样：一段时间（for）、一个日期（until）或一个事实（needs）。",
        "A wait waits for exactly one thing: a span (for), a day (until), or a fact (needs).";
    "E526" NotADay,
        "until 写预算年度内的月日（08-31），或者表单中的日期字段（form.字段）。2月29日不是每年都有。",
        "until is a day of the budget year (08-31) or a date field of the form (form.field). Not every year has a 29 February.";
    "E527" NoSuchWorkflow,
        "start 发起的流程必须存在：在同一批文件里，或者已经发布。",
        "The workflow that a start names must be there: among the files, or published.";
    "E528" StartsInACircle,
        "流程不能直接或经由其他流程发起自己，否则办件会无穷无尽地互相等待。",
        "No workflow starts itself, directly or by way of others: the cases would wait for one another for ever.";
    "E530" NotACron,
        "时间表有五项：分、时、日、月、星期，按北京时间。星期写名称；日和星期只限定一个。",
        "Times have five fields: minute, hour, day, month, weekday, by the clock of Asia/Shanghai. Weekdays are named, and either the day or the weekday is limited.";
    "E531" NeverFires,
        "时间表要有到时的一天；二月三十日没有。",
        "Times must come one day; there is no 30 February.";
    "E532" FiresTooOften,
        "一期之内，一个项目至多发起一件，所以时间表在一期之内只能到时一次。",
        "A project gets one case in a period at most, so the times of a schedule come once in a period.";
    "E540" ReadAndHidden,
        "一步要么列出可以看的字段（read），要么列出不能看的字段（hidden）；两样都写，看不出以哪一样为准。",
        "A step lists either what may be seen (read) or what may not (hidden); with both, nobody can say which counts.";
    "E541" HiddenAndEdited,
        "看不到的字段不能填写，也不能要求必填。",
        "Nobody writes, or is required to fill, what they do not see.";
    "E542" HiddenButTold,
        "登记结论的上限、关口和 at most 比较的金额、each 各行的名称、wait 等到的日期，都会告诉能看到办件的人，所以这些字段不能隐藏。",
        "The cap of a conclusion, the amounts that a gate or at most compares, the names of an each's rows and the day of a wait are told to whoever sees the case, so these fields cannot be hidden.";
    "E550" OnlyWhoActs,
        "chosen by 和 manager of 取决于本办件中谁办理过前面的步骤，只能写在 fill、approve 的 by 里；each 的各项同时办理时说不清是谁，所以不能写在 each 里。",
        "chosen by and manager of depend on who acted in the case before, so they belong in the by of a fill or an approve; inside an each, where items are under way at once, nobody could say who is meant.";
    "E551" NotAlwaysPassed,
        "chosen by 和 manager of 写的步骤，必须是走到这里的每个办件都办理过的；否则没有人被选定，办件就会挂起。",
        "Every case must have passed the step that chosen by or manager of names; otherwise nobody was chosen, and the case would be held.";
    "E552" SeveralDecide,
        "选定办理人、有上级的，是一个人；几个人共同决定的步骤说不清是哪一个。",
        "It is one person who chooses and has a manager; where several decide together, nobody could say which.";
    "E553" OwnDecision,
        "谁都不审批自己发起的办件；只问发起人的审批步骤，没有写 initiator: may decide 的，永远没有人能办。",
        "Nobody decides on a case of their own, so an approval that asks the initiator alone needs initiator: may decide, or nobody could ever act.";
    "E560" ReminderWithoutDue,
        "提醒和上报从时限算起，所以写 remind、escalate 的步骤都要有 due。",
        "Reminders and escalations count from the deadline, so a step with remind or escalate has a due.";
    "E561" NotAReminder,
        "提醒的时间写在时限之前、到期时或者逾期之后，时间带单位；every 表示逾期后反复提醒，最多20次，之后提示流程管理员。",
        "A reminder comes before a deadline, when it is reached or after it, in spans with a unit; every repeats at most 20 times, and then the workflow administrator is told.";
    "E562" ReminderTooEarly,
        "早于任务开始的提醒永远不会发出。",
        "A reminder that would come before the task begins never comes.";
    "E563" EscalationOrder,
        "逐级上报按时间先后写，后一级比前一级晚。",
        "The levels of an escalation stand in the order of time, each later than the one before.";
    "E564" EscalatesToTheSame,
        "上报是让办理人之外的人知道逾期；报给办理人自己，等于没有上报。",
        "An escalation tells somebody other than those who are late; telling them alone tells nobody.";
    "E565" TooManyReminders,
        "提醒过多就没有人看：一步最多10个提醒时间、一个 every、五级上报。",
        "Nobody reads too many reminders: a step lists at most ten, one every, and five levels of escalation.";
    "E601" NeverReached,
        "每个步骤都要有办件能走到。关口、登记的事实和判断条件互相矛盾时，后面的步骤形同虚设。",
        "Every step can be reached by some case. Where gates, recorded facts and conditions contradict each other, what stands behind them is there for nothing.";
    "E602" NeverJoins,
        "并行的每个分支都要能办完，否则永远走不到并行之后。",
        "Every branch of a parallel step can be done, or nothing behind it is ever reached.";
    "E603" NeverEnds,
        "办件停在任何一步，都要有路走到办结；不能只靠撤销。例如一个步骤的所有等级都是退回，办件就会永远打转。",
        "From every step at which a case waits some way leads to an end, without withdrawing it. A step all of whose grades return, for example, would send it round for ever.";
    "E604" MandateBypassed,
        "规定（mandates.yaml）要求的事实，要在受保护的步骤之前查过，而且查过之后不再等人办理：等待期间事实可能被撤销。关口的取值不能比规定宽。",
        "A fact that a mandate needs is looked at before the protected step, with nobody and nothing to be waited for in between: while a case waits, a fact may be revoked. The gate is no wider than the mandate.";
    "E605" TooFewApprovals,
        "规定要求的审批，走到受保护的步骤时都要仍然有效：被退回而须重办的，审批之后又有填报（fill）或改写了审批过的字段的，对审批人隐藏了字段的，都不算。须由不同的人审批时，后一步要用 not by 排除前一步的人。",
        "The approvals that a mandate needs still stand at the protected step: one that was undone by a return does not count, nor one after which something is filled in or what was approved is rewritten, nor one by somebody from whom a field is kept. Where different people are needed, one step keeps out who acted in the other with not by.";
    "E606" TooManyWays,
        "审批可能的组合太多，无法逐一证明；不能证明的，不予发布。",
        "Approvals stand in more combinations than can be followed; what cannot be proven does not go live.";
    "E701" NeverHolds,
        "choose 的每个分支都要有情形能走到。条件自相矛盾的分支永远不会执行，多半是写错了。",
        "Every branch of a choose must be possible. One whose condition contradicts itself is most often a mistake.";
    "E702" Covered,
        "choose 取第一个成立的分支，所以范围宽的分支排在前面，会让后面范围窄的分支永远轮不到。",
        "A choose takes the first branch that holds, so a wide one placed first leaves nothing for a narrower one behind it.";
    "E703" AlwaysHolds,
        "总是成立的条件不起判断作用，后面的分支和 otherwise 都轮不到。",
        "A condition that always holds decides nothing, and leaves nothing for what follows it.";
    "E704" BranchesOverlap,
        "两个分支在某些情形下同时成立，又互不包含，走哪一个只看先后顺序。提示给出这样的情形，请确认顺序是本意。",
        "Two branches both hold in some cases and neither is a special case of the other, so only their order decides. The sentence gives such a case.";
    "E705" OtherwiseNeverTaken,
        "各分支合起来已包括一切情形时，otherwise 中的步骤不会执行。",
        "Where the branches take every case, the steps under otherwise never run.";
    "E706" OtherwiseAlone,
        "说明哪些情形只由 otherwise 处理，供核对，不是错误。",
        "Says which cases only otherwise takes, to be looked at; it is no mistake.";
    "E707" BranchNotDecided,
        "条件过于复杂，或者要看文字的内容和长度，未能判定分支能否执行。未判定的不作结论。",
        "The conditions are too complex, or look into texts, for a verdict. What is not decided is not claimed.";
    "E708" NotWithTodaysPolicy,
        "只因现行政策值，分支才走不到。政策值调整后可能走到，所以只作提醒。",
        "Only the values that policy has today keep the branch from being taken. Another value may change that.";
    "E720" TooSlow,
        "写了 within 的流程，各步骤都按时办，也必须能在法定期限内办结。按有国务院安排的最近一年日历逐日推算，退回重办的时间不计在内。",
        "A workflow with within must be able to keep that deadline when every step is done in time, whatever the day it starts on. What returns take is not counted.";
    "E721" NoTimeLimit,
        "写了 within 的流程，每个填写和审批步骤都要有时限，否则无法证明能在法定期限内办结。",
        "In a workflow with within, every step that people act on needs a due, or it cannot be shown that the deadline is kept.";
    "E722" InTime,
        "说明最长的路径离法定期限还余多少日，不是错误。",
        "Says how many days the longest way leaves before the deadline; it is no mistake.";
    "E740" NobodyStarts,
        "每个单位都要有人可以发起流程。按当前任职推算，只作提醒，不影响发布。",
        "Every unit needs somebody who can start the workflow. Follows today's appointments; a warning that keeps nothing from going live.";
    "E741" NobodyActs,
        "每个步骤都要有人可办，否则办件走到这一步就会挂起。按当前任职推算，只作提醒，不影响发布。",
        "Every step needs somebody who can act on it, or cases are held there. Follows today's appointments; a warning that keeps nothing from going live.";
    "E742" TooFewPeople,
        "发起人不能审批自己的办件，not by 要求不同的人办理，所以有的岗位需要不止一人。",
        "Nobody decides on a case they started, and not by wants different people, so that some posts need more than one person.";
    "E743" OnePerson,
        "只有一人可用的岗位，此人缺席时办件停办。列出来供安排代理或增派，不是错误。",
        "Where one person's absence is enough to stop cases, this says so. It is no mistake.";
    "E744" PeopleNotDecided,
        "未能在限定的步数内判定有没有足够的不同人选。未判定的不作结论。",
        "Whether there are enough different people was not decided within bounds. What is not decided is not claimed.";
    "E801" NoScenarios,
        "每个流程旁边都有情景文件：发布前照着走一遍，证明流程确实像人们以为的那样。",
        "Every workflow has scenarios beside it: they are played before it goes live and show that it does what people believe.";
    "E802" ScenarioLine,
        "情景中的每一行都是一句话，写法固定，有中英文两种；看不懂的行不会被当作没写。",
        "Every line of a scenario is a sentence of a fixed form, in Chinese or in English. A line that is not understood is never passed over.";
    "E803" ScenarioName,
        "情景中的人员、项目、流程、环节、字段和取值都必须存在。",
        "People, projects, workflows, steps, fields and values that a scenario names must exist.";
    "E804" ScenarioRefused,
        "情景中有人办了此时办不了的事。",
        "Somebody in a scenario did what cannot be done at that moment.";
    "E805" ScenarioExpectation,
        "情景的结果与期望不符：流程变了，或者情景写错了。",
        "A scenario came out otherwise than expected: the workflow has changed, or the scenario is wrong.";
    "E806" NotCovered,
        "每个判断分支、等级、退回、不同意、撤销和关口的拒绝都要有情景走过；没走过的，没有人看过会怎样。",
        "Every branch of a choice, every grade, return, rejection, withdrawal and refusal of a gate is taken by some scenario; nobody has ever seen what the others do.";
    "E850" NotAboutAProject,
        "about: definition 的流程办理的是流程定义，没有项目，也不产生项目的结论。",
        "A workflow with about: definition is about a definition: there is no project, and no conclusion about one.";
    "E851" NotAboutADefinition,
        "publish-definition 发布本办件所办理的流程定义，所以只能用在 about: definition 的流程里。",
        "publish-definition publishes the definition that the case is about, so it belongs in workflows with about: definition.";
    "E852" PublishedUnapproved,
        "流程定义的作者不能自己批准自己的定义，所以发布之前必须有他人审批，每个办件都要经过，批准之后草稿不能再改。",
        "Nobody approves a definition of their own, so every way to its publication passes an approval by somebody else, and what was approved is not written again.";
}

impl Code {
    /// The code written so, if there is one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.text() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ordered() {
        let texts: Vec<_> = Code::ALL.iter().map(|code| code.text()).collect();
        let mut sorted = texts.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(texts, sorted);
        assert_eq!(Code::from_text("E203"), Some(Code::NotADuration));
    }
}
