namespace GrantPortal.Bench.Seed;

/// <summary>Japanese words that names are made of.</summary>
internal static class Words
{
    public static readonly string[] Prefectures =
    [
        "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
        "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
        "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
    ];

    public static readonly string[] Towns =
        ["中央市", "緑町", "本町", "港区", "栄町", "旭市", "桜町", "東区", "西区", "南区", "北区", "新町", "松原市", "大野町", "青葉区", "泉市", "若松町", "富士見市"];

    public static readonly (string Name, string Kana)[] Good =
    [
        ("さくら", "サクラ"), ("ひまわり", "ヒマワリ"), ("あおぞら", "アオゾラ"), ("みどり", "ミドリ"), ("やまびこ", "ヤマビコ"), ("なごみ", "ナゴミ"), ("つばさ", "ツバサ"),
        ("すずらん", "スズラン"), ("こもれび", "コモレビ"), ("あさひ", "アサヒ"), ("ゆうなぎ", "ユウナギ"), ("はるかぜ", "ハルカゼ"), ("けやき", "ケヤキ"), ("たんぽぽ", "タンポポ"),
        ("わかば", "ワカバ"), ("しおかぜ", "シオカゼ"), ("もみじ", "モミジ"), ("ふれあい", "フレアイ"), ("やすらぎ", "ヤスラギ"), ("きずな", "キズナ"),
    ];

    public static readonly (string Name, string Kana)[] Families =
    [
        ("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("伊藤", "イトウ"), ("渡辺", "ワタナベ"), ("山本", "ヤマモト"), ("中村", "ナカムラ"),
        ("小林", "コバヤシ"), ("加藤", "カトウ"), ("吉田", "ヨシダ"), ("山田", "ヤマダ"), ("佐々木", "ササキ"), ("山口", "ヤマグチ"), ("松本", "マツモト"), ("井上", "イノウエ"),
        ("木村", "キムラ"), ("林", "ハヤシ"), ("斎藤", "サイトウ"), ("清水", "シミズ"), ("森", "モリ"), ("池田", "イケダ"), ("橋本", "ハシモト"), ("阿部", "アベ"),
    ];

    public static readonly (string Name, string Kana)[] Given =
    [
        ("一郎", "イチロウ"), ("美咲", "ミサキ"), ("健太", "ケンタ"), ("花子", "ハナコ"), ("大輔", "ダイスケ"), ("陽子", "ヨウコ"), ("翔", "ショウ"), ("由美", "ユミ"),
        ("和夫", "カズオ"), ("恵子", "ケイコ"), ("直樹", "ナオキ"), ("真由美", "マユミ"), ("誠", "マコト"), ("久美子", "クミコ"), ("隆", "タカシ"), ("智子", "トモコ"),
    ];

    /// <summary>Kinds of corporations, how a bank writes them, and whether they are 営利を目的としない法人.</summary>
    public static readonly (string Name, string Bank, bool NonProfit)[] CareCorporations =
        [("株式会社", "カ)", false), ("株式会社", "カ)", false), ("有限会社", "ユ)", false), ("合同会社", "ド)", false), ("社会福祉法人", "フク)", true), ("医療法人", "イ)", true), ("特定非営利活動法人", "トクヒ)", true)];

    public static readonly (string Name, string Bank, bool NonProfit)[] MedicalCorporations =
        [("医療法人社団", "イ)", true), ("医療法人財団", "イ)", true), ("社会医療法人", "イ)", true), ("一般社団法人", "シヤ)", true)];

    public static readonly string[] Issuers =
        ["株式会社アイリーダー", "メディカルシステム株式会社", "株式会社ケアネットサポート", "日本カードリーダー販売株式会社", "有限会社地域情報サービス", "株式会社介護ソフト"];

    /// <summary>Care services by how often they are offered; the first column is the weight.</summary>
    public static readonly (int Weight, string Code, string Name)[] Services =
    [
        (38, "11", "訪問介護"), (2, "12", "訪問入浴介護"), (17, "13", "訪問看護"), (5, "14", "訪問リハビリテーション"), (24, "15", "通所介護"), (8, "16", "通所リハビリテーション"),
        (11, "21", "ショートステイ"), (4, "22", "短期入所療養介護"), (6, "33", "特定施設"), (14, "32", "グループホーム"), (40, "43", "居宅介護支援"), (8, "51", "特別養護老人ホーム"),
        (4, "52", "介護老人保健施設"), (1, "55", "介護医療院"), (5, "73", "小規模多機能"), (19, "78", "地域密着型通所介護"), (7, "17", "福祉用具貸与"), (6, "41", "特定福祉用具販売"),
    ];

    public static (string Name, string Kana) Person(Dice dice)
    {
        var (family, given) = (dice.Pick(Families), dice.Pick(Given));
        return ($"{family.Name} {given.Name}", $"{family.Kana} {given.Kana}");
    }

    public static (string Code, string Name) Service(Dice dice)
    {
        var at = dice.Below(Services.Sum(s => s.Weight));
        foreach (var (weight, code, name) in Services)
            if ((at -= weight) < 0) return (code, name);
        return (Services[0].Code, Services[0].Name);
    }
}
