/**
 * Bench: common English words. At the head of a sentence a capital says nothing; a word of this list there is no name.
 */

/** Lower-case words that open sentences or headings. */
export const common: ReadonlySet<string> = new Set(
  `a able about above absolutely according account across act action activities actually add adding additional additionally address adjust
advanced advantages after again against age agree ahead air all allow allows almost alone along already also alternatively although
always am amazing among amount an analyze and animal animals annual another answer any anyone anything apart appearance apply
approach are area around art article as ask aside assess at attend audience author available avoid away back bake balance bar base
based basic be beat because become before begin behind being believe below benefits best better between beyond big black blend blood
blue body boil book books both bottom box break bring brown budget build building business but butter by cake calculate call can cards
care careful carefully case cat cats cause central certain challenges change character check chicken child children choose city class
classic clean clear click close clothing coffee cold collect color combine come comfort common communicate communication community
company compare complete computer conclusion condition conduct confirm connect consider consult contact contains content continue
control cook cooking cool cost could country cover create created creative creativity critical cultural culture current currently
customer cut daily data date day days dead deal death decide deep define definition delicious deliver depending describe design despite
detailed determine develop development did diet different difficult dinner discover discuss do does dog dogs don't done down drain
dream drink drive dry due during each early earth ease easy eat economic education effective effects eggs either electric emotional
employees encourage end energy engage enjoy ensure enter environment environmental equipment especially essential establish even
events eventually ever every everyone everything evidence examine example examples excellent exercise expect experience explain explore
express extra eye eyes face fact factors fair fall family famous farm fast father features feel feeling few field fight figure fill
final finally financial find finding fire first fish five flavor floor flour focus follow following food foods for force form found four
free fresh friend friends from front full fun function funny future game games garden gather general generally get give given gives glass
go goal gold good government great green ground group groups grow growing growth guide had half hand happy hard has have having he
head health healthy hear heart heat heavy hello help helps her here hey hi high higher highly his historical history hold holiday home hope
hot hour house how however human hundreds ice idea ideas identify if image imagine immediately impact implement important improve in
include includes including incorporate increase increased indeed independent individual individuals information ingredients initially
inside instead instructions interest international into introduction investigate invite is it item items its job join just keep key kids
kind kitchen know knowledge known land language large last late later law lead learn learning leave legal lemon less let let's letter level
life light like likely limited line list listen little live local location long look looking loss lots love low lower machine made main
maintain make makes making man manage management many map market marketing material maximum may maybe mean meanwhile measure meat meet
meeting members memory men mental message method middle might mild military milk mind minimum mix mixing modern moment money monitor
month months moral more moreover morning most mother move movie much multiple music must my name national natural nature near need
needs negative neither never nevertheless new next nice night no none nor normal north not note nothing notice now number nutrition
objective obtain occasionally of off offer office oh oil okay old olive on once one ongoing only open opportunities optional or orange order
organic organize other others our out outdoor outside over overall own pack paint paper parents part participate parts party past pasta
pay peace people pepper perfect perform perhaps period person personal pet phone physical pick picture place plan planning plant plants
play please point policy political poor popular position positive possible possibly potential pour power practice prepare present press
pretty prevent previous price prior private problem process product production professional program project promote proper properly
protect provide provided provides providing public purpose put quality question questions quick quickly quiet quite rain rather reach read
reading ready real really reason recent recently recipe red reduce reduced regarding regular regularly relationship relax remember
remove repeat replace report request require required research resources respect response rest result results return review rice rich
right rinse rise risk road role romantic room round run running safe safety sales salt same save say school science scientific sea season
second secondly section security see seek select self sell send sense separate serve service set several shake shall share she short
should show sign similarly simple simply since single six size skills sleep slice slow slowly small smart smith so social society soft
software some someone something sometimes soon sorry sound source south space speak special specific spend spicy spring sprinkle staff
stage stand start state states stay step steps still stir stop store story strategy street strength stress strong structure student
students study style subject substitute success such sugar suggest summary summer support sure surface sustainable sweet system table
take taking talk task taste teach team technical technology tell ten test text than thank thanks that the their them themselves then
there therefore these they thing things think thinking third this those though three through throughout thus time times tips title to
today together tomorrow too tools top toss total touch toward town track traditional training transfer travel treat tree trees true trust
try turn two type types ultimately under understand understanding unfortunately unique unit unless unlike until up upon urban us use
used user users using usually utilize value values variety various vegetable vegetables version very video view violence visit visual
vital voice walk wall want war warm was wash watch water wave way ways we wear weather wedding week weekly welcome well went were west what
whatever when where whether which while whisk white who whole why wide will wind window wine winter wish with within without woman
women wonderful wood word words work working works world would write writing wrong year years yes yet you young your yourself zero`.split(
    /\s+/,
  ),
)

/** Names that are ordinary words too; they count only inside a sentence or beside another name. */
export const ambiguous: ReadonlySet<string> = new Set(
  `Will May Mark Rose Grace Hope Faith Joy Art Bill Grant Chase Dean Drew Frank Jack Rich Robin Sandy Summer Autumn Dawn Ivy Lily Daisy
Holly Amber Ruby Pearl Violet Victor Miles Ray Gene Guy Baker Cook Hunter Mason Carter Bell Brown Green Greene White Black Gray
Wood Woods Stone Field Fields Rivers Banks Bush Lane Park Young Long Short King Prince Knight Bishop Price Mills Turkey China Jordan
Georgia Lima Phoenix Charlotte Florence Virginia Buffalo Orlando Queens Target Shell Apple Amazon Oracle Visa Virgin Meta Zoom Slack
Stripe Excel Windows Ford Fox Congress Crystal Angel Christian Falcon Alpaca Koala Dolly Codex Whisper Watson Jasper Command Zephyr
Gemini Bard Robin Sage Major Love Power Powers Case Chance Chambers Porter Fowler Fuller Fleming Hale Lowe Lynch Reid Singh Weaver Webb
Li Yi Wei Chen Kim Lim Ito Costa Roy Jean Dan Sam Tim Sean`.split(/\s+/),
)
