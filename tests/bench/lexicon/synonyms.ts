/**
 * Bench: words that can stand for one another. Groups by part of speech; inflected forms are made by rule, so
 * irregular words stand in the plain groups with their forms spelled out.
 */

const groups = (text: string): string[][] =>
  text
    .trim()
    .split(/\n+/)
    .flatMap(line => line.split(/\s*;\s*/))
    .filter(Boolean)
    .map(group =>
      group
        .trim()
        .split(/\s+/)
        .map(word => word.replaceAll('_', ' ')),
    )

/** Regular verbs, base form. */
export const verbGroups: readonly string[][] = groups(`
help assist aid support; use utilize employ apply; show demonstrate display illustrate; start commence launch; end finish conclude
need require; want desire wish; try attempt; ask inquire request; answer reply respond; explain clarify describe; change alter modify adjust
improve enhance boost; reduce decrease lower lessen; increase raise expand; create produce generate craft; ensure guarantee assure
allow enable permit; provide supply offer furnish; consider contemplate weigh; include contain incorporate; remove eliminate discard
maintain preserve retain sustain; manage handle oversee; develop evolve cultivate; discover uncover detect; explore investigate examine
achieve attain accomplish; receive acquire obtain gain; suggest propose recommend; avoid evade dodge; cause trigger prompt
prevent avert block; protect guard shield safeguard; solve resolve settle; discuss debate address; encourage urge motivate inspire
focus concentrate center; identify recognize pinpoint; happen occur; believe trust assume; look gaze glance; seem appear
like enjoy appreciate; love adore cherish; talk chat converse; walk stroll wander; live reside dwell; move shift relocate
stop cease halt; continue proceed persist; share distribute; gather collect assemble; combine merge blend unite; mix stir
add append insert; join connect link attach; separate divide split; select pick; decide determine resolve; plan prepare arrange
check verify inspect; test assess evaluate; measure gauge quantify; compare contrast; analyze study examine; learn master absorb
teach instruct educate train; work labor operate; function perform; affect influence impact; shape mold form; build_up accumulate
lead_to result_in; aim strive intend; expect anticipate await; fear dread; worry fret; enjoy relish savor; celebrate honor
mention note state; claim assert argue; declare announce proclaim; indicate signal suggest; represent symbolize embody; reveal expose disclose
hide conceal; repair mend restore; replace substitute; return revert; visit attend; travel journey tour; arrive land; enter access
fill load pack; empty drain; cover coat wrap; open unlock; close shut; cook prepare; bake roast; serve present; taste sample
save conserve; spend expend; purchase acquire; charge bill; cost total; earn collect; invest commit; donate contribute
follow pursue track; guide direct steer; visualize picture imagine envision; notice observe spot; ignore overlook disregard
accept embrace welcome; refuse decline reject; agree concur consent; disagree differ; promise pledge vow; thank acknowledge
praise compliment commend; criticize fault; mark label tag; organize arrange order; complete finalize; establish found institute
adapt tailor customize; limit restrict confine; extend stretch prolong; strengthen reinforce fortify; weaken undermine
promote foster advance; facilitate ease; engage involve; participate partake; interact engage; contribute add; relax unwind rest
`)

/** Regular nouns, singular. */
export const nounGroups: readonly string[][] = groups(`
problem issue difficulty; answer solution; way method approach manner; idea concept notion; goal aim objective target; result outcome consequence
example instance illustration; reason cause ground; part portion section component; place spot location site; job task assignment; step stage phase
area region zone; kind type sort; group set cluster; amount quantity; number figure; change shift alteration; benefit advantage merit
drawback disadvantage downside; risk hazard danger; chance opportunity; skill ability talent; tool instrument device; machine device apparatus
car vehicle automobile; house home residence; street road; town village settlement; shop store outlet; firm company business; worker employee
boss manager supervisor; customer client buyer; friend companion pal; child kid youngster; teacher instructor educator; student pupil learner
doctor physician; illness disease ailment; medicine drug medication; meal dish; food fare; recipe formula; ingredient component element
book volume title; story tale narrative; picture image photo; film movie; song tune melody; game match; team squad crew; rule regulation guideline
law statute; right entitlement; duty obligation responsibility; plan scheme strategy; project undertaking venture; program initiative; event occasion
meeting gathering session; trip journey voyage; holiday vacation; price cost rate; payment fee; money cash; budget allowance; profit gain return
loss deficit; market marketplace; product item good; service offering; quality standard; feature characteristic attribute trait; factor element aspect
detail particular specific; fact truth; opinion view viewpoint; belief conviction; feeling emotion sentiment; thought reflection; mind intellect; mistake error
message note; letter dispatch; question query inquiry; request appeal; discussion conversation dialogue; argument dispute; agreement accord pact; relationship connection bond
family household; community neighborhood society; culture tradition; habit custom practice; environment setting surrounding; animal creature beast; plant shrub
forest wood; river stream; hill slope; garden yard; room chamber; building structure; wall barrier; path route trail; beginning start onset; end conclusion finish
level degree tier; range span spectrum; pattern trend; increase rise growth; decrease decline drop; effect impact influence; effort attempt endeavor; impression perception
challenge obstacle hurdle; success triumph achievement; failure defeat; strength asset; weakness flaw; need requirement necessity; source origin; resource asset supply
technique procedure method; process procedure operation; system framework structure; computer machine; network web; user operator; model version; topic subject theme
`)

/** Adjectives, adverbs, connectives and set phrases: no inflection. */
export const plainGroups: readonly string[][] = groups(`
important crucial significant vital essential key; big large sizable; huge enormous massive vast; small little tiny; good fine great; excellent superb outstanding
bad poor; terrible awful dreadful; new fresh novel; old ancient aged; modern contemporary; quick fast rapid swift; slow gradual; easy simple straightforward; hard difficult tough
happy glad cheerful joyful; sad unhappy sorrowful; angry furious irate; calm peaceful serene; strong powerful sturdy; weak frail feeble; bright vivid brilliant; dark dim
clear evident obvious plain; unclear vague ambiguous; common usual widespread; rare scarce uncommon; many numerous countless; several various multiple; different distinct diverse
similar alike comparable; same identical; whole entire complete; partial incomplete; main primary principal chief; minor slight; extra additional further; necessary required needed
useful helpful handy; effective efficient productive; safe secure; dangerous hazardous risky; healthy wholesome nutritious; famous renowned well-known celebrated; popular well-liked
beautiful lovely gorgeous; attractive appealing; interesting intriguing fascinating; boring dull tedious; strange odd peculiar; special unique distinctive; typical ordinary standard
specific particular precise; general broad overall; correct accurate right; wrong incorrect mistaken; real genuine authentic; fake false bogus; possible feasible viable; likely probable
certain sure; careful cautious; friendly kind warm; polite courteous; honest sincere truthful; brave courageous bold; smart clever intelligent; wise prudent; rich wealthy affluent
expensive costly pricey; cheap inexpensive affordable; free complimentary; delicious tasty flavorful; hot warm; cold chilly cool; wet damp moist; dry arid; clean tidy neat; dirty filthy
local nearby regional; global worldwide international; personal individual private; public communal; daily everyday; regular frequent; constant continual steady; sudden abrupt; final last ultimate
initial first opening; early initial; recent latest; current present existing; potential possible prospective; available accessible obtainable; suitable appropriate fitting; ready prepared
comfortable cozy; busy occupied; responsible accountable; aware conscious mindful; proud pleased; grateful thankful appreciative; excited thrilled eager; tired weary exhausted; positive favorable
negative adverse unfavorable; critical crucial; comprehensive thorough complete; detailed thorough in-depth; basic fundamental elementary; complex complicated intricate; creative inventive imaginative
however nevertheless nonetheless still; therefore thus hence consequently; also additionally moreover furthermore; because since as; although though while; but yet; besides furthermore
for_example for_instance; such_as like including; in_addition additionally besides; as_a_result consequently therefore; in_conclusion to_sum_up overall; in_order_to to; due_to because_of owing_to
a_lot_of many plenty_of; a_variety_of various many; as_well_as and along_with; in_general generally; on_the_other_hand conversely; very extremely highly really; quite rather fairly; often frequently regularly
sometimes occasionally at_times; usually typically generally normally; always constantly invariably; never not_ever; quickly rapidly swiftly; slowly gradually; carefully cautiously; easily readily effortlessly
especially particularly notably; mainly mostly primarily chiefly; only just merely solely; almost nearly; about around roughly approximately; completely fully entirely totally; finally lastly eventually ultimately
immediately instantly at_once; soon shortly; now currently presently; then next afterwards; later subsequently; before prior_to; after following; during throughout; until till; within inside
between among; across over; through via; without lacking; with using; into inside; near close_to; against versus; toward towards; upon on; regarding concerning about; despite in_spite_of; instead rather
people individuals persons folks; person individual; man guy; woman lady; men males; women females; children kids; life existence; time period; day date; years decades; world globe; everyone everybody
someone somebody; something some_thing; anything whatever; nothing nought; can may could; will shall; must have_to; should ought_to; might may; is remains; are remain; has possesses; have possess
make create produce; makes creates produces; making creating producing; made created produced; give provide offer; gives provides offers; giving providing offering; given provided offered; get obtain receive
gets obtains receives; getting obtaining receiving; got obtained received; take grab seize; takes grabs seizes; taking grabbing seizing; took grabbed seized; keep retain hold; keeps retains holds; keeping retaining holding
kept retained held; find discover locate; finds discovers locates; finding discovering locating; found discovered located; think believe reckon; thinks believes reckons; thinking believing; thought believed; know understand realize
knows understands realizes; known recognized; say state mention; says states mentions; said stated mentioned; tell inform notify; tells informs; told informed; see observe view; sees observes views; seen observed viewed; saw observed
go head proceed; goes heads proceeds; going heading; went headed; come arrive; comes arrives; coming arriving; came arrived; become grow_to_be turn; becomes turns; begin start; begins starts; beginning starting; began started; begun started
build construct erect; builds constructs; building constructing; built constructed; buy purchase; buys purchases; buying purchasing; bought purchased; choose select pick; chooses selects; choosing selecting; chose selected; chosen selected
bring carry fetch; brings carries; bringing carrying; brought carried; feel sense; feels senses; felt sensed; grow expand develop; grows expands; growing expanding; grew expanded; grown expanded; write compose draft; writes composes
writing composing; wrote composed; written composed; read peruse; speak talk; speaks talks; spoke talked; understand grasp comprehend; understands grasps; understanding grasp; let allow permit; lets allows; set place put; cut slice chop
eat consume; eats consumes; eating consuming; ate consumed; drink sip; run operate; running operating; lead guide; leads guides; led guided; leave depart; leaving departing; left departed; pay settle; paid settled; meet encounter
met encountered; hold grip grasp; holds grips; show display; shown displayed; key vital; well nicely; best finest; better superior; more additional; most the_majority_of; less fewer; high elevated; higher greater; low modest; long lengthy; short brief
own personal; next following; other another; each every; both the_two; such so; here right_here; there over_there; maybe perhaps possibly; sure certainly; yes indeed; today nowadays; again once_more; together jointly; away off; enough sufficient
`)
