/**
 * Bench: organisations, products and models that the finder recognises, and invented ones to stand in for them.
 */

const list = (text: string): string[] =>
  text
    .trim()
    .split(/\s*,\s*|\n+/)
    .filter(Boolean)

/** Language models, assistants and their makers as they appear in texts. */
export const models: readonly string[] =
  list(`ChatGPT, GPT-4, GPT-3, GPT-3.5, GPT-4o, GPT-2, GPT, OpenAI, OpenAI's, Anthropic, Claude, DeepMind, Google DeepMind, Bard
Gemini, Gemma, PaLM, LaMDA, BERT, Llama, LLaMA, Llama 2, Llama 3, Meta AI, Mistral, Mixtral, Mistral AI, Cohere, Command R
Vicuna, Alpaca, Koala, Dolly, Falcon, MPT, Baichuan, Qwen, Tongyi, ERNIE, ERNIE Bot, ChatGLM, InternLM, DeepSeek, Kimi
Moonshot AI, Yi, MiniMax, Doubao, Copilot, GitHub Copilot, Codex, DALL-E, Midjourney, Stable Diffusion, Whisper, Siri, Alexa
Cortana, Bing Chat, Open Assistant, OpenAssistant, LAION, Hugging Face, EleutherAI, Stability AI, xAI, Grok, Perplexity
Character.AI, Inflection AI, Watson, Jasper, Replika, Sydney AI, WizardLM, Zephyr, Phi-2, StableLM, RedPajama, Nemotron`)

/** Companies, institutions and publications that the finder knows. */
export const organisations: readonly string[] =
  list(`Accenture, Adidas, Adobe, Airbnb, Airbus, Alibaba, Amazon, AMD, American Airlines, American Express, Apple, AT&T, Atlassian
BBC, Bank of America, Barclays, Baidu, Bayer, BMW, Boeing, Bosch, British Airways, Burger King, ByteDance, Canon, Chanel
Chevrolet, Chevron, Chrysler, Cisco, Citibank, CNN, Coca-Cola, Comcast, Costco, Costco Wholesale, Credit Suisse, Daimler, Dell
Deloitte, Delta Air Lines, Deutsche Bank, DHL, Dior, Discord, Disney, Dropbox, DuPont, eBay, Electronic Arts, Eli Lilly, ESPN
Etsy, European Union, ExxonMobil, Facebook, FedEx, Ferrari, Fiat, Fidelity, FIFA, Ford, Fox News, General Electric
General Motors, Gillette, GitHub, GitLab, GlaxoSmithKline, Goldman Sachs, Google, Gucci, H&M, Harvard, Harvard University
HBO, Heineken, Hewlett-Packard, Hilton, Hitachi, Home Depot, Honda, Honeywell, HP, HSBC, Huawei, Hulu, Hyundai, IBM, IKEA, IMF
Infosys, Instagram, Intel, Johnson & Johnson, JPMorgan, JPMorgan Chase, KFC, Kodak, KPMG, Kraft, L'Oreal, Lamborghini, Lego
Lenovo, Levi's, LG, LinkedIn, Lockheed Martin, Louis Vuitton, Lufthansa, Lyft, Marvel, Mastercard, Mattel, Mazda, McDonald's
McKinsey, Mercedes-Benz, Merck, Meta, Microsoft, MIT, Mitsubishi, Morgan Stanley, Motorola, MTV, NASA, NATO, NBA, NBC, Nestle
Netflix, New York Times, NFL, Nike, Nintendo, Nissan, Nokia, Novartis, NPR, NVIDIA, Nvidia, Oracle, Panasonic, PayPal, Pepsi
PepsiCo, Pfizer, Philips, Pinterest, Pixar, Porsche, Princeton, Princeton University, Procter & Gamble, PwC, Qualcomm, Quora
Red Bull, Red Cross, Reddit, Renault, Reuters, Roche, Rolex, Rolls-Royce, Salesforce, Samsung, SAP, Sephora, Shell, Shopify
Siemens, Slack, Snapchat, SoftBank, Sony, Southwest Airlines, SpaceX, Spotify, Stanford, Stanford University, Starbucks, Stripe
Subaru, Target, Telegram, Tencent, Tesla, The Guardian, The New York Times, The Washington Post, TikTok, Toshiba, Toyota
Trello, Tumblr, Twitch, Twitter, Uber, UBS, UN, UNESCO, UNICEF, Unilever, United Airlines, United Nations
University of California, University of Cambridge, University of Oxford, UPS, Verizon, Virgin, Visa, Vodafone, Volkswagen, Volvo
Walgreens, Walmart, Warner Bros, Wells Fargo, WhatsApp, WHO, Whole Foods, Wikipedia, World Bank, World Health Organization
Xerox, Yahoo, Yale, Yale University, Yelp, YouTube, Zara, Zillow, Zoom, Xbox, PlayStation, iPhone, iPad, Android, Windows
MacBook, Kindle, Photoshop, Gmail, Google Maps, Excel, Azure, AWS, Amazon Web Services, GameStop, Vanguard, BlackRock, NASDAQ
Dow Jones, S&P 500, FDA, CDC, FBI, CIA, NSA, EPA, IRS, Congress, Senate, Supreme Court, White House, Pentagon, Oxfam
Greenpeace, Interpol, OPEC, Bluetooth, Broadway League, Juilliard, Metropolitan Museum, Louvre, British Museum, Smithsonian`)

/** Invented companies and institutions: surrogates. */
export const inventedOrganisations: readonly string[] =
  list(`Abelwick, Acorn & Vale, Aldermoor Group, Alderwood Bank, Altavane, Amberline, Anvil Street, Applethorn, Arbor Nine, Arkvale
Ashcombe, Asterly, Auricle Media, Avenhurst University, Axlebridge, Balmoria, Barrowfield, Bellweather, Birchgate, Blackfern
Bluequarry, Bramblewood, Brightmoor, Brindlecorp, Broadmead, Bryndale, Calderstone, Camberly, Candlewick, Canterlow, Cardinal Peak
Carrowmore, Castleby, Cedar & Finch, Cinderhall, Clearhollow, Cloverfield Partners, Cobaltworks, Coldspring, Coppergate
Cornerstone Nine, Crestwell, Crowhurst Institute, Dalegarth, Darrowby, Deepmere, Denholm Works, Dovetail Foods, Dunmorrow
Eastmarch, Ebonvale, Edgeware Systems, Elmstead, Emberlyn, Everglen, Fairhaven Trust, Falconbrook, Fallowfield, Farrowtech
Fennimore, Fernleigh, Fieldstone Motors, Finchley Press, Firthway, Flintlock Games, Foxglove Digital, Galebrook, Garnet Hill
Gildersome, Glasswing, Glenhollow, Goldenreed, Granitepoint, Greywater, Halcyon Row, Hallbridge, Harrowgate Labs, Hartwick
Hawkstone, Hazelmere, Heathrow & Sons, Helmsdale, Hexham Robotics, Highfold, Hollowell, Honeycutt, Hornbeam, Ibisworth
Inkwell House, Ironvale, Islemont, Ivoryline, Jadebrook, Juniper & Oak, Juniperus, Kelmscott, Kestrel Air, Kingsley Row
Kirkstall, Lakehurst, Lanternfish, Larkfield, Lavenham, Leadenhall Nine, Lindenbrook, Lochmere, Longacre, Lumenworth, Lynfield
Maplecross, Marchbanks, Marlowe & Pike, Meadowlark, Merriton, Midvale University, Millstream, Mistral Row, Moorgate Foods
Morrowind Press, Mossgrove, Nettlecombe, Newbridge Steel, Nightingale & Co, Nimbuswell, Northbeck, Oakhaven, Oldcastle
Orchard Lane, Orrinsby, Osprey Point, Oxbow Media, Pallister, Parkvale, Pebblebrook, Pemberley, Penhallow, Pinecroft, Quarrystone
Quillfeather, Quincebury, Ravenhurst, Redbarn, Redwillow, Ridgeline Air, Rivermoot, Rookwood, Rosemount, Rowanberry, Saltmarsh
Sandalwood, Scarfell, Seabright, Severnside, Shalebrook, Silverbirch, Skerryvore, Slateford, Snowfield, Southmere, Sparrowhawk
Springhaven, Starling & Rye, Stonecrop, Stormcrest, Summerlea, Swallowtail, Sycamore Nine, Tallowby, Tamarisk, Tannerhill
Tarnside, Thistledown, Thornbury, Tidewater & Lane, Timberlake Foods, Tollgate, Torrington, Trellis & Vine, Underhill, Upcott
Valehouse, Verdant Loop, Vespertine, Waldegrave, Wallingmere, Watermill, Weatherby, Wellspring, Westerham, Whitecliff
Whitlock, Wickersham, Wildbrook, Willowmead, Windrush, Winterbourne, Woodlark, Wrenfield, Yarrowdale, Yewtree, Zephyrine`)

/** Invented products: surrogates. */
export const inventedProducts: readonly string[] =
  list(`Aerolite, Bexo, Calyx, Domino Nine, Evenza, Fluxor, Glint, Hexaline, Ivaro, Jolt, Kivo, Lumio, Mirano, Nexily, Orbio, Pixton
Quillo, Rivo, Solva, Tempra, Umbrio, Velora, Wexa, Xylo, Yonder, Zentra, Brellow, Cintra, Dovix, Elari, Foriso, Grellin`)

/** Invented assistants: surrogates for a model's name. */
export const inventedAssistants: readonly string[] =
  list(`Aria, Nova, Juno, Orion, Lumen, Echo, Sage, Iris, Atlas, Vega, Pixel, Cedar, Halo, Mira, Quill, Ember, Onyx, Lyra, Solace
Tessera, Minerva, Beacon, Wren, Zia, Robin-1, Helper One, SmartBot, ChatPal, Verity, Talia, Corvus, Aster, NovaChat, BrightBot`)

/** Invented makers of assistants. */
export const inventedMakers: readonly string[] =
  list(`Brightwell Labs, Northlight AI, Lumenary, Cobalt Research, Deepgrove, Arcadian AI, Fernhill Labs, Quantell, Parallax AI
Openfield, Synthwell, Cognitara, Mindgrove, Halcyon AI, Wavelength Labs, Truepoint, Kestrel Research, Polymath AI`)

/** Capitalised words that are not names to an anonymiser: techniques, languages, peoples, acronyms. */
export const technical: ReadonlySet<string> = new Set(
  `I I'm I'll I've I'd OK TV PC AI API ML NLP URL HTML CSS JSON XML SQL HTTP HTTPS PDF CSV GPU CPU RAM USB DNA RNA HIV CEO CFO CTO HR
FAQ DIY GPS LED Python Java JavaScript TypeScript React Node Ruby Rust Go C PHP Swift Kotlin Bash Linux Unix Perl Scala
English French German Spanish Italian Chinese Japanese Korean Russian Arabic Latin Greek Portuguese Dutch Hindi Turkish Polish
American British European African Asian Indian Mexican Canadian Australian Irish Scottish Christian Muslim Jewish Buddhist Hindu
Christianity Islam Judaism Buddhism Hinduism God Bible Internet Web Earth Sun Moon Mars Venus Jupiter Saturn Monday Tuesday
Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December
Christmas Easter Thanksgiving Halloween Celsius Fahrenheit Dear Sir Madam Mr Mrs Ms Dr Prof Yes No A An The Note Step Chapter`.split(
    /\s+/,
  ),
)
