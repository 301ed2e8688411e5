"""Sentences in many languages, and the character sets that each is met in."""

import random

# Of each language: its sets, and a few sentences about the same old fisherman.
LANGUAGES = {
    "English": (
        "windows-1252 macintosh",
        "The old fisherman mends his nets by the harbour every morning. “You can’t hurry the sea,” he says — and laughs. "
        "His boat cost £40 in those days; today it wouldn’t buy the rope. In winter he reads at the café and drinks his "
        "coffee without sugar. “Who’s there?” cried the girl from the door. Nobody answered, but the dog’s tail moved. "
        "They walked home along the wall, counting lamps, and the wind came up from the south–west.",
    ),
    "French": (
        "iso-8859-1 windows-1252 iso-8859-15 cp850 cp437 macintosh",
        "Le vieux pêcheur répare ses filets près du port chaque matin. Il a déjà vu bien des tempêtes, mais il préfère "
        "se taire. Sa fille étudie à l'université et rêve de voyager très loin. L'hiver, ils mangent des crêpes et des "
        "pâtes à la crème. Où est passé le garçon qui chantait là-bas ? On ne l'a plus aperçu depuis l'été dernier. "
        "Ça ne fait rien, répond-elle, la forêt est pleine d'échos. Le maître d'école a prêté son vélo à notre élève.",
    ),
    "German": (
        "iso-8859-1 windows-1252 iso-8859-15 cp850 cp437 macintosh",
        "Der alte Fischer flickt jeden Morgen am Hafen seine Netze. Früher fuhr er weit hinaus, über die Bänke, bis es "
        "dunkel wurde. Seine Tochter möchte später Ärztin werden und übt fleißig für die Prüfung. Im Winter trinken sie "
        "heißen Tee und hören den Möwen zu. Öfter kommen Gäste, die grüßen und schöne Geschichten erzählen. Wäre das "
        "Wetter besser, würden sie bis zur großen Brücke gehen. Die Straße dorthin führt an Gärten und Äckern vorbei.",
    ),
    "Spanish": (
        "iso-8859-1 windows-1252 cp850 cp437 macintosh",
        "El viejo pescador remienda sus redes junto al puerto cada mañana. Aún recuerda los años en que salía con su "
        "padre y volvía después de medianoche. Su hija estudió música y vive en una pequeña ciudad del sur. ¿Quién "
        "llamó a la puerta? ¡Qué extraño!, dijo el niño, aquí no hay nadie. Mañana iremos también a la montaña, si el "
        "señor Núñez nos presta el camión. El café está frío y el pingüino de cartón se cayó del balcón.",
    ),
    "Portuguese": (
        "iso-8859-1 windows-1252 cp850 macintosh",
        "O velho pescador conserta as redes junto ao porto todas as manhãs. Já não vai tão longe como antes, mas o "
        "coração continua no mar. A irmã dele é médica e só vem no verão, com três crianças. Não há razão para ter "
        "pressa, diz ele, amanhã também é dia. À noite ouvem canções antigas e comem pão com maçãs. Você já esteve lá? "
        "As estações mudam, porém a água da fonte é sempre igual. Avós e netos põem a mesa e contam histórias.",
    ),
    "Italian": (
        "iso-8859-1 windows-1252 cp850 macintosh",
        "Il vecchio pescatore ripara le reti vicino al porto ogni mattina. Non andrà più così lontano, perché la barca "
        "è vecchia quanto lui. Sua figlia studia all'università e tornerà lunedì. La città è piena di luce, però "
        "d'inverno c'è poca gente. Chissà se verrà anche papà? Sì, ma più tardi, quando avrà finito il caffè. Già da "
        "martedì si può andare a piedi fin là, la verità è che nessuno ne ha voglia. Né lui né lei dirà di più.",
    ),
    "Catalan": (
        "iso-8859-1 windows-1252 cp850",
        "El vell pescador adoba les xarxes vora el port cada matí. Això ho va aprendre del seu avi, que també sabia "
        "cançons. La seva germana viu a la ciutat, però ve a l'estiu amb els nens. Què vols fer demà? Pujarem a la "
        "muntanya i després menjarem una truita. L'aigua és freda, la llum és plàcida i el camí és ple de pedres. "
        "Dilluns començarà l'escola i la raó té sempre qui plora.",
    ),
    "Dutch": (
        "iso-8859-1 windows-1252 cp850",
        "De oude visser herstelt elke morgen zijn netten bij de haven. Vroeger voer hij ver weg, één keer zelfs tot aan "
        "de poolcirkel. Zijn dochter heeft drie ideeën voor een verhaal over België. De zeeën zijn vol kwallen, "
        "beweert zij, maar niemand heeft dat geïnteresseerd gevolgd. In het café drinken ze koffie en praten over "
        "financiële zorgen. De coördinatie met de bootjes verliep goed; hé, riep hij, vóór de storm moeten we terug.",
    ),
    "Danish": (
        "iso-8859-1 windows-1252 cp850 cp865 macintosh",
        "Den gamle fisker bøder sine garn ved havnen hver morgen. Før i tiden sejlede han langt ud på søen, når det "
        "blæste. Hans søster bor på en ø og læser bøger om sære dyr. Om aftenen går de hjem ad den smalle sti og hører "
        "på fuglene. Hvad hedder pigen, der står på broen? Hun kører måske til Århus i næste måned. Ænderne svømmer i "
        "åen, og æblerne er røde og søde.",
    ),
    "Norwegian": (
        "iso-8859-1 windows-1252 cp850",
        "Den gamle fiskeren bøter garna sine ved havna hver morgen. Før seilte han langt ut på sjøen, også når det "
        "blåste. Søsteren hans bor på en øy og leser bøker om rare dyr. Om kvelden går de hjem langs den smale stien og "
        "hører på fuglene. Hva heter jenta som står på brua? Hun skal kanskje til Ålesund neste måned. Endene svømmer i "
        "elva, og eplene er røde og søte. Det er ikke så farlig, sa bestefar, været blir bedre i påsken.",
    ),
    "Swedish": (
        "iso-8859-1 windows-1252 cp850 macintosh",
        "Den gamle fiskaren lagar sina nät vid hamnen varje morgon. Förr seglade han långt ut på sjön, även när det "
        "blåste. Hans syster bor på en ö och läser böcker om märkliga djur. På kvällen går de hem längs den smala "
        "stigen och hör på fåglarna. Vad heter flickan som står på bron? Hon åker kanske till Örebro nästa månad. "
        "Änderna simmar i ån, och äpplena är röda och söta.",
    ),
    "Finnish": (
        "iso-8859-1 windows-1252 cp850",
        "Vanha kalastaja paikkaa verkkojaan satamassa joka aamu. Ennen hän purjehti kauas merelle, myös silloin kun "
        "tuuli. Hänen siskonsa asuu saarella ja lukee kirjoja eläimistä. Illalla he kävelevät kotiin kapeaa polkua "
        "pitkin ja kuuntelevat lintuja. Mikä on sen tytön nimi, joka seisoo sillalla? Ehkä hän lähtee ensi kuussa "
        "Jyväskylään. Älä pelkää, sanoi isä, pöydällä on vielä leipää ja hyvää maitoa.",
    ),
    "Icelandic": (
        "iso-8859-1 windows-1252 cp861",
        "Gamli sjómaðurinn bætir netin sín við höfnina á hverjum morgni. Áður sigldi hann langt út á haf, líka þegar "
        "það blés. Systir hans býr á eyju og les bækur um skrýtin dýr. Á kvöldin ganga þau heim eftir mjóum stíg og "
        "hlusta á fuglana. Hvað heitir stúlkan sem stendur á brúnni? Hún fer kannski norður í næsta mánuði. Þetta er "
        "allt í lagi, sagði afi, veðrið verður betra á föstudaginn.",
    ),
    "Polish": (
        "iso-8859-2 windows-1250 cp852",
        "Stary rybak co rano naprawia sieci w porcie. Dawniej wypływał daleko w morze, nawet gdy wiał silny wiatr. Jego "
        "siostra mieszka na wyspie i czyta książki o dziwnych zwierzętach. Wieczorem wracają wąską ścieżką do domu i "
        "słuchają ptaków. Jak się nazywa dziewczyna, która stoi na moście? Może pojedzie w przyszłym miesiącu do Łodzi. "
        "Źle się czuję, powiedział dziadek, ale jutro będzie lepiej. Święta są już blisko, a śnieg ciągle pada.",
    ),
    "Czech": (
        "iso-8859-2 windows-1250 cp852",
        "Starý rybář každé ráno spravuje sítě v přístavu. Dříve vyplouval daleko na moře, i když foukal silný vítr. "
        "Jeho sestra žije na ostrově a čte knihy o podivných zvířatech. Večer se vracejí úzkou cestou domů a "
        "poslouchají ptáky. Jak se jmenuje dívka, která stojí na mostě? Možná pojede příští měsíc do Plzně. Není mi "
        "dobře, řekl děda, ale zítra bude líp. Šestnáct kůží viselo u dveří a děti se těšily na štědrý večer.",
    ),
    "Slovak": (
        "iso-8859-2 windows-1250 cp852",
        "Starý rybár každé ráno opravuje siete v prístave. Kedysi vyplával ďaleko na more, aj keď fúkal silný vietor. "
        "Jeho sestra žije na ostrove a číta knihy o zvláštnych zvieratách. Večer sa vracajú úzkou cestou domov a "
        "počúvajú vtáky. Ako sa volá dievča, ktoré stojí na moste? Možno pôjde budúci mesiac do Žiliny. Nie je mi "
        "dobre, povedal dedko, ale zajtra bude lepšie. Šťastné deti kŕmia kačky a ľahko stĺpy obchádzajú.",
    ),
    "Hungarian": (
        "iso-8859-2 windows-1250 cp852",
        "Az öreg halász minden reggel a kikötőben javítja a hálóit. Régen messzire kihajózott a tengerre, akkor is, "
        "amikor erős szél fújt. A húga egy szigeten él, és különös állatokról szóló könyveket olvas. Este a keskeny "
        "ösvényen mennek haza, és hallgatják a madarakat. Hogy hívják a lányt, aki a hídon áll? Talán jövő hónapban "
        "Győrbe utazik. Nem érzem jól magam, mondta a nagyapa, de holnap jobb lesz az idő. Tűz ég a kályhában.",
    ),
    "Croatian": (
        "iso-8859-2 windows-1250 cp852",
        "Stari ribar svako jutro krpa mreže u luci. Nekad je plovio daleko na more, čak i kad je puhao jak vjetar. "
        "Njegova sestra živi na otoku i čita knjige o čudnim životinjama. Navečer se vraćaju kući uskom stazom i "
        "slušaju ptice. Kako se zove djevojka koja stoji na mostu? Možda će sljedeći mjesec putovati u Šibenik. Nije mi "
        "dobro, rekao je djed, ali sutra će biti bolje. Đaci su već otišli, a noć je duga i mračna.",
    ),
    "Slovenian": (
        "iso-8859-2 windows-1250 cp852",
        "Stari ribič vsako jutro krpa mreže v pristanišču. Včasih je plul daleč na morje, tudi ko je pihal močan "
        "veter. Njegova sestra živi na otoku in bere knjige o čudnih živalih. Zvečer se po ozki poti vračajo domov in "
        "poslušajo ptice. Kako je ime dekletu, ki stoji na mostu? Morda bo naslednji mesec šla v Škofjo Loko. Ni mi "
        "dobro, je rekel ded, a jutri bo že bolje. Žoga je padla čez plot in deček jo išče.",
    ),
    "Romanian": (
        "iso-8859-2 windows-1250",
        "Bătrânul pescar îşi repară plasele în port în fiecare dimineaţă. Altădată pleca departe pe mare, chiar şi când "
        "bătea vântul. Sora lui trăieşte pe o insulă şi citeşte cărţi despre animale ciudate. Seara se întorc acasă pe "
        "poteca îngustă şi ascultă păsările. Cum o cheamă pe fata care stă pe pod? Poate că luna viitoare va pleca la "
        "Iaşi. Nu mă simt bine, a spus bunicul, dar mâine va fi mai bine. Ţara e mare şi drumul e lung până în câmpie.",
    ),
    "Turkish": (
        "iso-8859-9 windows-1254 cp857",
        "Yaşlı balıkçı her sabah limanda ağlarını onarır. Eskiden, rüzgâr estiğinde bile çok uzaklara açılırdı. Kız "
        "kardeşi bir adada yaşıyor ve garip hayvanlar üzerine kitaplar okuyor. Akşamları dar yoldan eve dönüyor, "
        "kuşları dinliyorlar. Köprüde duran kızın adı ne? Belki gelecek ay İzmir'e gidecek. Kendimi iyi hissetmiyorum, "
        "dedi büyükbaba, ama yarın hava güzel olacak. Şimdi çocuklar ödevlerini bitirip bahçeye çıktılar.",
    ),
    "Estonian": (
        "iso-8859-15 windows-1257",
        "Vana kalamees parandab igal hommikul sadamas oma võrke. Vanasti sõitis ta kaugele merele, ka siis, kui tuul "
        "oli kõva. Tema õde elab saarel ja loeb raamatuid imelikest loomadest. Õhtul lähevad nad kitsast teed mööda "
        "koju ja kuulavad linde. Mis on selle tüdruku nimi, kes sillal seisab? Võib-olla sõidab ta järgmisel kuul "
        "Põlvasse. Ära muretse, ütles vanaisa, homme on ilm parem. Öö on pikk ja ülemine aken jäi lahti.",
    ),
    "Latvian": (
        "windows-1257 iso-8859-13 cp775",
        "Vecais zvejnieks katru rītu ostā lāpa savus tīklus. Agrāk viņš brauca tālu jūrā, arī tad, kad pūta stiprs "
        "vējš. Viņa māsa dzīvo salā un lasa grāmatas par dīvainiem zvēriem. Vakarā viņi pa šauru taku iet mājās un "
        "klausās putnus. Kā sauc meiteni, kas stāv uz tilta? Varbūt nākamajā mēnesī viņa brauks uz Cēsīm. Man nav labi, "
        "teica vectēvs, bet rīt būs labāk. Ģimene sēž pie galda, ēd ķiršus un dzer tēju. Žagata šķiet ļoti gudra.",
    ),
    "Lithuanian": (
        "windows-1257 iso-8859-13 cp775",
        "Senas žvejys kiekvieną rytą uoste taiso savo tinklus. Anksčiau jis plaukdavo toli į jūrą, net kai pūsdavo "
        "stiprus vėjas. Jo sesuo gyvena saloje ir skaito knygas apie keistus žvėris. Vakare jie siauru taku eina namo "
        "ir klausosi paukščių. Kuo vardu mergaitė, kuri stovi ant tilto? Galbūt kitą mėnesį ji važiuos į Šiaulius. Man "
        "negera, pasakė senelis, bet rytoj bus geriau. Čia ąžuolai aukšti, o žmonės rūpinasi ūkiu.",
    ),
    "Russian": (
        "windows-1251 koi8-r cp866 iso-8859-5 x-mac-cyrillic",
        "Старый рыбак каждое утро чинит сети в порту. Раньше он уходил далеко в море, даже когда дул сильный ветер. Его "
        "сестра живёт на острове и читает книги о странных животных. Вечером они возвращаются домой по узкой тропинке и "
        "слушают птиц. Как зовут девушку, которая стоит на мосту? Может быть, в следующем месяце она поедет в Ярославль. "
        "Мне нездоровится, сказал дед, но завтра будет лучше. Щенок съел весь суп, а хозяйка только улыбнулась.",
    ),
    "Ukrainian": (
        "windows-1251 koi8-u",
        "Старий рибалка щоранку лагодить сіті в порту. Раніше він виходив далеко в море, навіть коли дув сильний вітер. "
        "Його сестра живе на острові й читає книжки про дивних тварин. Увечері вони вузькою стежкою повертаються "
        "додому і слухають птахів. Як звуть дівчину, яка стоїть на мосту? Може, наступного місяця вона поїде до Києва. "
        "Мені недобре, сказав дід, але завтра буде краще. Її ґанок дивиться на річку, де цвіте очерет.",
    ),
    "Bulgarian": (
        "windows-1251 iso-8859-5",
        "Старият рибар всяка сутрин кърпи мрежите си на пристанището. По-рано той излизаше далеч в морето, дори когато "
        "духаше силен вятър. Сестра му живее на един остров и чете книги за странни животни. Вечер се връщат у дома по "
        "тясната пътека и слушат птиците. Как се казва момичето, което стои на моста? Може би другия месец ще замине за "
        "Пловдив. Не съм добре, каза дядото, но утре времето ще бъде по-хубаво. Щъркелът прелетя над къщата.",
    ),
    "Serbian": (
        "windows-1251 iso-8859-5",
        "Стари рибар свако јутро крпи мреже у луци. Некад је пловио далеко на море, чак и кад је дувао јак ветар. "
        "Његова сестра живи на острву и чита књиге о чудним животињама. Увече се враћају кући уском стазом и слушају "
        "птице. Како се зове девојка која стоји на мосту? Можда ће следећег месеца путовати у Шабац. Није ми добро, "
        "рекао је деда, али сутра ће бити боље. Ђаци су већ отишли, а ноћ је дуга и мрачна.",
    ),
    "Greek": (
        "iso-8859-7 windows-1253 cp737",
        "Ο γέρος ψαράς μπαλώνει κάθε πρωί τα δίχτυα του στο λιμάνι. Παλιά έβγαινε μακριά στη θάλασσα, ακόμη κι όταν "
        "φυσούσε δυνατός άνεμος. Η αδελφή του ζει σε ένα νησί και διαβάζει βιβλία για παράξενα ζώα. Το βράδυ γυρίζουν "
        "στο σπίτι από το στενό μονοπάτι και ακούνε τα πουλιά. Πώς λένε την κοπέλα που στέκεται στη γέφυρα; Ίσως τον "
        "άλλο μήνα να πάει στα Χανιά. Δεν είμαι καλά, είπε ο παππούς, αλλά αύριο ο καιρός θα είναι καλύτερος.",
    ),
    "Hebrew": (
        "windows-1255 iso-8859-8 cp862",
        "הדייג הזקן מתקן בכל בוקר את הרשתות שלו בנמל. פעם היה מפליג רחוק אל הים, גם כאשר נשבה רוח חזקה. אחותו גרה באי "
        "וקוראת ספרים על חיות משונות. בערב הם חוזרים הביתה בשביל הצר ומקשיבים לציפורים. איך קוראים לילדה שעומדת על "
        "הגשר? אולי בחודש הבא היא תיסע לחיפה. אני לא מרגיש טוב, אמר הסבא, אבל מחר יהיה מזג אוויר יפה יותר.",
    ),
    "Arabic": (
        "windows-1256 iso-8859-6",
        "يصلح الصياد العجوز شباكه في الميناء كل صباح. كان في الماضي يبحر بعيدا في البحر، حتى عندما تهب ريح قوية. أخته "
        "تعيش في جزيرة وتقرأ كتبا عن حيوانات غريبة. في المساء يعودون إلى البيت في الطريق الضيق ويستمعون إلى الطيور. ما "
        "اسم الفتاة التي تقف على الجسر؟ ربما تسافر في الشهر القادم إلى المدينة. لست بخير، قال الجد، لكن غدا سيكون "
        "الطقس أجمل.",
    ),
    "Thai": (
        "windows-874",
        "ชาวประมงแก่ซ่อมอวนของเขาที่ท่าเรือทุกเช้า เมื่อก่อนเขาออกทะเลไปไกลมาก แม้ในวันที่ลมแรง น้องสาวของเขาอาศัยอยู่บนเกาะและอ่านหนังสือเกี่ยวกับสัตว์แปลก ๆ "
        "ตอนเย็นพวกเขาเดินกลับบ้านตามทางแคบและฟังเสียงนก เด็กผู้หญิงที่ยืนอยู่บนสะพานชื่ออะไร บางทีเดือนหน้าเธอจะไปเชียงใหม่ "
        "ผมไม่ค่อยสบาย คุณปู่พูด แต่พรุ่งนี้อากาศจะดีขึ้น",
    ),
    "Vietnamese": (
        "windows-1258",
        "Ông lão đánh cá vá lưới bên cảng mỗi buổi sáng. Ngày trước ông thường đi rất xa ra biển, cả khi gió thổi mạnh. Em "
        "gái ông sống trên một hòn đảo và đọc sách về những con vật kỳ lạ. Buổi tối họ trở về nhà theo con đường hẹp và "
        "nghe tiếng chim. Cô gái đứng trên cầu tên là gì? Có lẽ tháng sau cô ấy sẽ đi Huế. Tôi không được khỏe, người ông "
        "nói, nhưng ngày mai trời sẽ đẹp hơn.",
    ),
    "Japanese": (
        "cp932 euc-jp iso2022_jp",
        "年老いた漁師は毎朝、港で網を直している。昔は強い風が吹く日でも、遠くの海まで出かけたものだ。妹は島に住んでいて、"
        "珍しい動物の本を読んでいる。夕方になると、二人は細い道を歩いて家に帰り、鳥の声を聞く。橋の上に立っている女の子の"
        "名前は何ですか。来月は京都へ行くかもしれない。「今日は具合が悪い」と祖父が言った。でも、明日は天気がよくなるだろう。"
        "コーヒーを一杯飲んで、ラジオのニュースを聞きました。",
    ),
    "Simplified Chinese": (
        "gb2312 gbk gb18030 hz",
        "老渔夫每天早上都在港口补网。从前，就算刮大风，他也会到很远的海上去。他的妹妹住在岛上，喜欢读关于奇怪动物的书。"
        "傍晚他们沿着小路走回家，听鸟儿唱歌。站在桥上的那个女孩叫什么名字？下个月她也许会去北京。我今天不太舒服，爷爷说，"
        "不过明天天气会好一些。孩子们做完作业，就跑到院子里去玩了。我们喝茶，谈论过去的事情。",
    ),
    "Traditional Chinese": (
        "big5",
        "老漁夫每天早上都在港口補網。從前，就算颳大風，他也會到很遠的海上去。他的妹妹住在島上，喜歡讀關於奇怪動物的書。"
        "傍晚他們沿著小路走回家，聽鳥兒唱歌。站在橋上的那個女孩叫什麼名字？下個月她也許會去臺北。我今天不太舒服，爺爺說，"
        "不過明天天氣會好一些。孩子們做完作業，就跑到院子裡去玩了。我們喝茶，談論過去的事情。",
    ),
    "Korean": (
        "euc-kr cp949 iso2022_kr",
        "늙은 어부는 매일 아침 항구에서 그물을 고친다. 예전에는 바람이 세게 부는 날에도 먼 바다까지 나갔다. 그의 여동생은 섬에 "
        "살면서 이상한 동물에 관한 책을 읽는다. 저녁이 되면 그들은 좁은 길을 따라 집으로 돌아가며 새소리를 듣는다. 다리 위에 "
        "서 있는 소녀의 이름은 무엇입니까? 다음 달에 그녀는 부산에 갈지도 모른다. 몸이 좋지 않다고 할아버지가 말했다. 하지만 "
        "내일은 날씨가 더 좋아질 것이다.",
    ),
}


def long_text(language: str, characters: int, seed: int = 0) -> str:
    """At least so many characters of a language: its sentences, and others made of the words between theirs."""
    drawn = random.Random(seed)
    sentences = LANGUAGES[language][1].replace("。", "。\0").replace(". ", ".\0").split("\0")
    sentences = [one.strip() for one in sentences if one.strip()]
    if len(sentences) < 2:  # No full stops, as in Thai.
        sentences = sentences[0].split(" ")
    lines: list[str] = []
    while sum(map(len, lines)) < characters:
        first, second = drawn.sample(sentences, 2)
        ahead, behind = first.split(" "), second.split(" ")
        made = " ".join(ahead[: drawn.randint(1, len(ahead))] + behind[drawn.randint(0, len(behind) - 1) :])
        lines.append(drawn.choice([first, second, made]) + "\n")
    return "".join(lines)
