/**
 * Bench: places, real ones: the finder recognises them, and surrogates are drawn from the same list.
 */

const list = (text: string): string[] =>
  text
    .trim()
    .split(/\s*,\s*|\n+/)
    .filter(Boolean)

/** Countries and regions. */
export const countries: readonly string[] =
  list(`Afghanistan, Albania, Algeria, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan, Bahrain, Bangladesh, Belarus
Belgium, Bolivia, Bosnia, Botswana, Brazil, Bulgaria, Cambodia, Cameroon, Canada, Chile, China, Colombia, Costa Rica, Croatia
Cuba, Cyprus, Denmark, Ecuador, Egypt, England, Estonia, Ethiopia, Finland, France, Georgia, Germany, Ghana, Greece, Guatemala
Haiti, Honduras, Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy, Jamaica, Japan, Jordan, Kazakhstan
Kenya, Kuwait, Laos, Latvia, Lebanon, Libya, Lithuania, Luxembourg, Madagascar, Malaysia, Mali, Malta, Mexico, Moldova
Mongolia, Morocco, Mozambique, Myanmar, Namibia, Nepal, Netherlands, New Zealand, Nicaragua, Nigeria, North Korea, Norway, Oman
Pakistan, Panama, Paraguay, Peru, Philippines, Poland, Portugal, Qatar, Romania, Russia, Rwanda, Saudi Arabia, Scotland
Senegal, Serbia, Singapore, Slovakia, Slovenia, Somalia, South Africa, South Korea, Spain, Sri Lanka, Sudan, Sweden
Switzerland, Syria, Taiwan, Tanzania, Thailand, Tunisia, Turkey, Uganda, Ukraine, United Kingdom, United States, Uruguay
Uzbekistan, Venezuela, Vietnam, Wales, Yemen, Zambia, Zimbabwe, Europe, Asia, Africa, North America, South America
Latin America, Middle East, Southeast Asia, Scandinavia, USA, UK, UAE, Antarctica, Great Britain, Northern Ireland`)

/** Cities, states, mountains, rivers. */
export const cities: readonly string[] =
  list(`Aberdeen, Abu Dhabi, Accra, Adelaide, Alabama, Alaska, Albuquerque, Alberta, Alexandria, Amsterdam, Anchorage, Ankara, Antwerp
Arizona, Arkansas, Athens, Atlanta, Auckland, Austin, Baghdad, Baltimore, Bangalore, Bangkok, Barcelona, Basel, Bavaria, Beijing
Beirut, Belfast, Belgrade, Bergen, Berlin, Bern, Birmingham, Bogota, Bologna, Bombay, Bordeaux, Boston, Brasilia, Bremen, Brisbane
Bristol, British Columbia, Broadway, Brooklyn, Brussels, Bucharest, Budapest, Buenos Aires, Buffalo, Cairo, Calgary, California
Cambridge, Canberra, Cape Town, Caracas, Cardiff, Casablanca, Charlotte, Chennai, Chicago, Cincinnati, Cleveland, Cologne
Colorado, Connecticut, Copenhagen, Cordoba, Dakar, Dallas, Damascus, Delaware, Delhi, Denver, Detroit, Dhaka, Doha, Dresden
Dubai, Dublin, Durban, Dusseldorf, Edinburgh, El Paso, Florence, Florida, Frankfurt, Galway, Gdansk, Geneva, Genoa, Ghent
Glasgow, Gothenburg, Granada, Hamburg, Hanoi, Harlem, Havana, Hawaii, Helsinki, Hiroshima, Hollywood, Hong Kong, Honolulu
Houston, Idaho, Illinois, Indiana, Indianapolis, Iowa, Islamabad, Istanbul, Jakarta, Jerusalem, Johannesburg, Kansas, Karachi
Kathmandu, Kentucky, Kiev, Kolkata, Krakow, Kuala Lumpur, Kyoto, Lagos, Lahore, Las Vegas, Leeds, Leicester, Leipzig, Lima
Lisbon, Liverpool, Ljubljana, London, Los Angeles, Louisiana, Lyon, Madrid, Maine, Malaga, Manchester, Manhattan, Manila
Marrakesh, Marseille, Maryland, Massachusetts, Melbourne, Memphis, Mexico City, Miami, Michigan, Milan, Milwaukee, Minneapolis
Minnesota, Mississippi, Missouri, Montana, Montreal, Moscow, Mumbai, Munich, Nairobi, Naples, Nashville, Nebraska, Nevada
New Delhi, New England, New Hampshire, New Jersey, New Mexico, New Orleans, New York, New York City, Newcastle, North Carolina
North Dakota, Nottingham, Nova Scotia, Oakland, Ohio, Oklahoma, Ontario, Oregon, Orlando, Osaka, Oslo, Ottawa, Oxford, Palermo
Paris, Pennsylvania, Perth, Philadelphia, Phoenix, Pittsburgh, Porto, Portland, Prague, Quebec, Queens, Quito, Reykjavik
Rhode Island, Riga, Rio de Janeiro, Riyadh, Rome, Rotterdam, Sacramento, Salt Lake City, Salzburg, San Antonio, San Diego
San Francisco, San Jose, Santiago, Sao Paulo, Sarajevo, Saskatchewan, Scranton, Seattle, Seoul, Seville, Shanghai, Sheffield
Shenzhen, Sicily, Siena, Silicon Valley, South Carolina, South Dakota, St. Louis, Stockholm, Strasbourg, Stuttgart, Sydney
Taipei, Tallinn, Tampa, Tehran, Tel Aviv, Tennessee, Texas, Tokyo, Toledo, Toronto, Toulouse, Trieste, Tulsa, Turin, Utah
Utrecht, Valencia, Vancouver, Venice, Vermont, Verona, Vienna, Vilnius, Virginia, Warsaw, Washington, Washington D.C.
West Virginia, Winnipeg, Wisconsin, Wyoming, Yokohama, Zagreb, Zurich, Alps, Amazon River, Andes, Appalachians, Atlantic Ocean
Danube, Everest, Grand Canyon, Himalayas, Lake Superior, Mediterranean Sea, Mount Fuji, Nile, Pacific Ocean, Rhine, Rockies
Sahara, Thames, Times Square, Central Park, Wall Street, Yellowstone`)
