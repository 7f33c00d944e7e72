/**
 * Bench: British and American spellings, and contractions with their long forms.
 */

const pairs = (text: string): [string, string][] =>
  text
    .trim()
    .split(/\s+/)
    .map(pair => pair.split('/') as [string, string])

/** `[American, British]`, lower case. */
export const spellings: readonly [string, string][] = pairs(`
color/colour colors/colours colorful/colourful colored/coloured favor/favour favors/favours favorite/favourite favorites/favourites flavor/flavour
flavors/flavours flavorful/flavourful honor/honour honors/honours honored/honoured humor/humour labor/labour neighbor/neighbour neighbors/neighbours
neighborhood/neighbourhood neighborhoods/neighbourhoods behavior/behaviour behaviors/behaviours behavioral/behavioural harbor/harbour rumor/rumour
rumors/rumours savor/savour vapor/vapour vigor/vigour endeavor/endeavour endeavors/endeavours parlor/parlour odor/odour odors/odours armor/armour
center/centre centers/centres centered/centred theater/theatre theaters/theatres meter/metre meters/metres liter/litre liters/litres fiber/fibre
fibers/fibres kilometer/kilometre kilometers/kilometres centimeter/centimetre centimeters/centimetres caliber/calibre somber/sombre luster/lustre
specter/spectre organize/organise organizes/organises organized/organised organizing/organising organization/organisation organizations/organisations
organizational/organisational recognize/recognise recognizes/recognises recognized/recognised recognizing/recognising realize/realise realizes/realises
realized/realised realizing/realising analyze/analyse analyzes/analyses analyzed/analysed analyzing/analysing optimize/optimise optimizes/optimises
optimized/optimised optimizing/optimising optimization/optimisation minimize/minimise minimizes/minimises minimized/minimised minimizing/minimising
maximize/maximise maximizes/maximises maximized/maximised maximizing/maximising customize/customise customized/customised customizing/customising
prioritize/prioritise prioritized/prioritised prioritizing/prioritising summarize/summarise summarized/summarised summarizing/summarising
emphasize/emphasise emphasizes/emphasises emphasized/emphasised emphasizing/emphasising apologize/apologise apologizes/apologises criticize/criticise
criticized/criticised utilize/utilise utilizes/utilises utilized/utilised utilizing/utilising visualize/visualise visualizing/visualising
characterize/characterise characterized/characterised characterizes/characterises specialize/specialise specialized/specialised specializing/specialising
memorize/memorise memorable/memorable modernize/modernise modernized/modernised generalize/generalise generalized/generalised stabilize/stabilise
stabilized/stabilised standardize/standardise standardized/standardised symbolize/symbolise symbolizes/symbolises symbolized/symbolised
revolutionize/revolutionise revolutionized/revolutionised categorize/categorise categorized/categorised finalize/finalise finalized/finalised
familiarize/familiarise harmonize/harmonise mobilize/mobilise normalize/normalise normalized/normalised personalize/personalise
personalized/personalised socialize/socialise socializing/socialising localized/localised materialize/materialise civilization/civilisation
civilizations/civilisations globalization/globalisation colonization/colonisation urbanization/urbanisation industrialization/industrialisation
defense/defence offense/offence license/licence pretense/pretence traveling/travelling traveled/travelled traveler/traveller travelers/travellers
canceled/cancelled canceling/cancelling labeled/labelled labeling/labelling modeling/modelling modeled/modelled fueled/fuelled fueling/fuelling
leveled/levelled marveled/marvelled signaling/signalling signaled/signalled counselor/counsellor counselors/counsellors counseling/counselling
jewelry/jewellery gray/grey skeptical/sceptical skepticism/scepticism program/programme programs/programmes catalog/catalogue dialog/dialogue
dialogs/dialogues analog/analogue check/cheque tire/tyre tires/tyres plow/plough mold/mould molds/moulds molded/moulded mustache/moustache pajamas/pyjamas
draft/draught maneuver/manoeuvre maneuvers/manoeuvres pediatric/paediatric anesthesia/anaesthesia estrogen/oestrogen diarrhea/diarrhoea
esophagus/oesophagus anemia/anaemia leukemia/leukaemia encyclopedia/encyclopaedia orthopedic/orthopaedic aluminum/aluminium artifact/artefact
artifacts/artefacts aging/ageing judgment/judgement acknowledgment/acknowledgement fulfill/fulfil fulfills/fulfils fulfillment/fulfilment skillful/skilful
enroll/enrol enrollment/enrolment installment/instalment willful/wilful cozy/cosy airplane/aeroplane airplanes/aeroplanes math/maths mom/mum
learned/learnt burned/burnt dreamed/dreamt spelled/spelt spilled/spilt toward/towards afterward/afterwards among/amongst while/whilst practicing/practising
`)

/** `[contraction, long form]`, lower case. */
export const contractions: readonly [string, string][] = [
  ["don't", 'do not'], ["doesn't", 'does not'], ["didn't", 'did not'], ["isn't", 'is not'], ["aren't", 'are not'],
  ["wasn't", 'was not'], ["weren't", 'were not'], ["can't", 'cannot'], ["couldn't", 'could not'], ["won't", 'will not'],
  ["wouldn't", 'would not'], ["shouldn't", 'should not'], ["haven't", 'have not'], ["hasn't", 'has not'],
  ["hadn't", 'had not'], ["mustn't", 'must not'], ["needn't", 'need not'], ["i'm", 'I am'], ["i've", 'I have'],
  ["i'll", 'I will'], ["i'd", 'I would'], ["you're", 'you are'], ["you've", 'you have'], ["you'll", 'you will'],
  ["you'd", 'you would'], ["we're", 'we are'], ["we've", 'we have'], ["we'll", 'we will'], ["they're", 'they are'],
  ["they've", 'they have'], ["they'll", 'they will'], ["it's", 'it is'], ["it'll", 'it will'], ["that's", 'that is'],
  ["there's", 'there is'], ["here's", 'here is'], ["what's", 'what is'], ["who's", 'who is'], ["let's", 'let us'],
  ["he's", 'he is'], ["she's", 'she is'], ["he'll", 'he will'], ["she'll", 'she will'], ["who've", 'who have'],
] // biome-ignore format: a table reads better packed
