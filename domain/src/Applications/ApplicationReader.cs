using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Domain.Receipts;

namespace GrantPortal.Domain.Applications;

/// <summary>What the rules need besides the answers.</summary>
/// <param name="Year">The programme year that prices the application.</param>
/// <param name="Today">Japan date.</param>
public sealed record ReadingContext(ProgrammeYear Year, ApplicantProfile Applicant, IReadOnlyList<AttachedDocument> Documents, DateOnly Today)
{
    /// <summary>Keys of the items a return opened; null: all are open. What cannot be changed is not asked to be.</summary>
    public IReadOnlySet<string>? OpenItems { get; init; }

    internal bool IsOpen(DocumentKind kind) => OpenItems is null || OpenItems.Contains(ApplicationItems.ForDocument(kind).Key);
}

/// <summary>
/// Turns answers into content, or says field by field what is missing: rules 3 to 8 of 「申請が満たすこと」. Each section can be read alone, as its
/// step is saved; the whole is read at submission.
/// </summary>
public static class ApplicationReader
{
    /// <summary>Reads everything; null with at least one problem.</summary>
    public static ApplicationContent? Read(ApplicationAnswers answers, ReadingContext context, Problems problems)
    {
        var office = ReadOffice(answers.Office, context.Year, problems);
        var amount = ReadAmount(answers, context, problems);
        var account = ReadAccount(answers.Account, problems);
        var receipts = ReadDocuments(answers, context, problems);
        if (problems.Any) return null;
        var (costs, medical) = (amount!.Care, amount.Medical);
        return new ApplicationContent(
            context.Year.Programme, office!.Number.Value, office.Name, office.Address, office.Phone, office.ContactName, costs, medical,
            amount.Donation, amount.OtherIncome, amount.CompletedOn, amount.Note, account!, receipts!, context.Applicant, amount.Calculation);
    }

    /// <summary>Reads one section, for its step.</summary>
    public static void Check(Section section, ApplicationAnswers answers, ReadingContext context, Problems problems)
    {
        _ = section switch
        {
            Section.Office => (object?)ReadOffice(answers.Office, context.Year, problems),
            Section.Amount => ReadAmount(answers, context, problems),
            Section.Account => ReadAccount(answers.Account, problems),
            _ => ReadDocuments(answers, context, problems),
        };
    }

    public static OfficeReading? ReadOffice(OfficeAnswers answers, ProgrammeYear year, Problems problems) => problems.Within(nameof(Section.Office), () =>
    {
        if (!InstitutionNumber.TryParse(year.Programme, answers.Number, out var number, out var wrong)) problems.Add(nameof(answers.Number), wrong);
        else if (number.Warning is { } warning) problems.Warn(nameof(answers.Number), warning);
        var label = year.Programme == Programme.Care ? "事業所名" : "医療機関名";
        var before = problems.Errors.Count;
        var name = problems.Text(nameof(answers.Name), answers.Name, label, 100);
        var address = problems.Text(nameof(answers.Address), answers.Address, "所在地", 200);
        var phone = problems.Phone(nameof(answers.Phone), answers.Phone);
        IReadOnlyList<string> services = [];
        (InstitutionKind, int)? beds = null;
        if (year.Programme == Programme.Care) services = ReadServices(answers, year, problems);
        else beds = ReadBeds(answers, problems);
        var contact = problems.Text(nameof(answers.ContactName), answers.ContactName, "担当者名", 100);
        return wrong.Length > 0 || problems.Errors.Count > before ? null : new OfficeReading(number, name, address, phone, contact, services, beds);
    });

    /// <summary>Rule 3: at least one service, only of the programme.</summary>
    private static IReadOnlyList<string> ReadServices(OfficeAnswers answers, ProgrammeYear year, Problems problems)
    {
        var chosen = Chosen(answers);
        if (chosen.Count == 0) problems.Add(nameof(answers.Services), "提供しているサービスを1つ以上選んでください。");
        else if (chosen.FirstOrDefault(c => year.Service(c) is null) is { } unknown)
            problems.Add(nameof(answers.Services), $"サービス「{unknown}」は助成の対象ではありません。一覧から選んでください。");
        return Known(chosen, year);
    }

    /// <summary>Rule 7: a hospital has 20 beds or more, a clinic 0–19 (医療法 §1-5).</summary>
    private static (InstitutionKind Kind, int Beds)? ReadBeds(OfficeAnswers answers, Problems problems)
    {
        InstitutionKind? kind = answers.Kind switch { "hospital" => InstitutionKind.Hospital, "clinic" => InstitutionKind.Clinic, _ => null };
        if (kind is null) problems.Add(nameof(answers.Kind), "「病院」か「診療所」を選んでください。");
        if (string.IsNullOrWhiteSpace(answers.Beds))
        {
            problems.Add(nameof(answers.Beds), "病床数を入力してください。病床がない場合は0を入力してください。");
            return null;
        }
        var count = problems.Errors.Count;
        var beds = problems.Count(nameof(answers.Beds), answers.Beds, "病床数", 9999);
        if (problems.Errors.Count > count || kind is null) return null;
        if (BedsProblem(kind.Value, beds) is { } wrong) problems.Add(nameof(answers.Beds), wrong);
        return (kind.Value, beds);
    }

    /// <summary>Why these beds do not make this kind of institution, or null.</summary>
    public static string? BedsProblem(InstitutionKind kind, int beds) => kind switch
    {
        InstitutionKind.Hospital when beds < 20 => "病院の病床数は20床以上です。19床以下の場合は「診療所」を選んでください（医療法第1条の5）。",
        InstitutionKind.Clinic when beds > 19 => "診療所の病床数は19床以下です。20床以上の場合は「病院」を選んでください（医療法第1条の5）。",
        _ => null,
    };

    public static AmountReading? ReadAmount(ApplicationAnswers answers, ReadingContext context, Problems problems) => problems.Within(nameof(Section.Amount), () =>
    {
        var (amount, year) = (answers.Amount, context.Year);
        var before = problems.Errors.Count;
        CareCosts? care = null;
        MedicalCosts? medical = null;
        if (year.Programme == Programme.Care) care = ReadCareCosts(amount, Known(Chosen(answers.Office), year), year, problems);
        else medical = ReadMedicalCosts(amount, answers.Office, year, problems);
        var donation = problems.Yen(nameof(amount.Donation), amount.Donation, "寄付金");
        var other = problems.Yen(nameof(amount.OtherIncome), amount.OtherIncome, "その他の収入");
        var completed = problems.PastDate(nameof(amount.CompletedOn), amount.CompletedOn, "完了日", context.Today);
        if (completed < year.EarliestWorkDate) // 要綱 §6-2, rule 6
            problems.Add(nameof(amount.CompletedOn), $"{year.YearName}の助成は、{year.EarliestWorkDate:yyyy年M月d日}以降に完了した事業が対象です。完了日をご確認ください。");
        var note = (amount.Note ?? "").ReplaceLineEndings("\n").Trim();
        if (note.Length > 1000) problems.Add(nameof(amount.Note), $"備考は1,000文字以内で入力してください（いまは{note.Length}文字です）。");
        else if (!JapaneseText.IsWritable(note, lines: true)) problems.Add(nameof(amount.Note), "備考に使えない文字が含まれています。入力し直してください。");
        if (problems.Errors.Count > before) return null;

        var income = new Income(donation, other, context.Applicant.NonProfit);
        var calculation = care is not null
            ? GrantCalculation.ForCare(year, care.Services, care.ReaderCost, care.SupportCost, income)
            : GrantCalculation.ForMedical(year.RateFor(medical!.Kind, medical.Beds)!, medical.Cost, income);
        if (calculation.Grant == Yen.Zero) // 要綱 §4: a grant of 0 yen cannot be applied for
        {
            problems.Add(care is not null ? nameof(amount.SupportCost) : nameof(amount.Cost),
                "助成額が0円になるため申請できません。助成額は1,000円未満を切り捨てます。費用と、差し引かれる収入をご確認ください。");
            return null;
        }
        return new AmountReading(care, medical, donation, other, completed!.Value, note, calculation);
    });

    /// <summary>Rules 4 and 5: readers within the limit, count ≥ 1 exactly when A &gt; 0, the two declarations.</summary>
    private static CareCosts ReadCareCosts(AmountAnswers amount, IReadOnlyList<string> services, ProgrammeYear year, Problems problems)
    {
        var readers = problems.Count(nameof(amount.Readers), amount.Readers, "カードリーダーの台数", 9999);
        var readerCost = problems.Yen(nameof(amount.ReaderCost), amount.ReaderCost, "カードリーダー購入費用");
        var support = problems.Yen(nameof(amount.SupportCost), amount.SupportCost, "接続サポート費用");
        if (services.Count == 0)
            problems.Add(nameof(amount.SupportCost), "助成限度額を決めるため、①で提供しているサービスを先に選んでください。");
        foreach (var wrong in ReaderProblems(readers, readerCost, services.Count == 0 ? null : year.ReaderLimit(services))) problems.Add(wrong.Field, wrong.Message);
        if (readers > 0 && !amount.CompatibleReaders) // 要綱 §3-1
            problems.Add(nameof(amount.CompatibleReaders), "助成の対象は、マイナ資格確認アプリに対応したカードリーダーだけです。対応していることを確認して、チェックを入れてください。");
        if (!amount.NoExcludedGoods) // 手引き
            problems.Add(nameof(amount.NoExcludedGoods), "パソコン、タブレット、スマートフォン、中古品、リース品の費用は対象外です。含まれていないことを確認して、チェックを入れてください。");
        return new CareCosts(services, readers, readerCost, support);
    }

    /// <summary>Rule 4, shared with the simulator. Fields are <c>Readers</c> and <c>ReaderCost</c>.</summary>
    public static IEnumerable<Problem> ReaderProblems(int readers, Yen readerCost, int? limit)
    {
        if (limit is { } most && readers > most)
            yield return new Problem(nameof(AmountAnswers.Readers),
                $"助成の対象は{most}台までです。{most}台分の台数と費用だけを入力してください（{most}台を超える分の費用は含められません）。");
        if (readers == 0 && readerCost > Yen.Zero)
            yield return new Problem(nameof(AmountAnswers.Readers), "カードリーダー購入費用を申請する場合は、台数（1台以上）を入力してください。");
        if (readers > 0 && readerCost == Yen.Zero)
            yield return new Problem(nameof(AmountAnswers.ReaderCost), "カードリーダーの台数を入力した場合は、購入費用も入力してください。購入していない場合は台数を0にしてください。");
    }

    private static MedicalCosts? ReadMedicalCosts(AmountAnswers amount, OfficeAnswers office, ProgrammeYear year, Problems problems)
    {
        var cost = problems.Yen(nameof(amount.Cost), amount.Cost, "対象経費");
        if (ReadBeds(office, new Problems()) is { } beds && year.RateFor(beds.Kind, beds.Beds) is not null) return new MedicalCosts(beds.Kind, beds.Beds, cost);
        problems.Add(nameof(amount.Cost), "助成率を決めるため、①で病院・診療所の別と病床数を先に入力してください。");
        return null;
    }

    /// <summary>What the costs typed so far would give; null while they, the services or the beds cannot be read. For showing, never for deciding.</summary>
    public static GrantCalculation? Preview(ApplicationAnswers answers, ProgrammeYear year, ApplicantProfile applicant)
    {
        var amount = answers.Amount;
        if (!Yen.TryParse(amount.Donation, out var donation) || !Yen.TryParse(amount.OtherIncome, out var other)) return null;
        if (!Yen.TryParse(amount.ReaderCost, out var readers) || !Yen.TryParse(amount.SupportCost, out var support) || !Yen.TryParse(amount.Cost, out var cost)) return null;
        var income = new Income(donation, other, applicant.NonProfit);
        if (year.Programme == Programme.Care)
            return Known(Chosen(answers.Office), year) is { Count: > 0 } services ? GrantCalculation.ForCare(year, services, readers, support, income) : null;
        return ReadBeds(answers.Office, new Problems()) is { } beds && year.RateFor(beds.Kind, beds.Beds) is { } rate ? GrantCalculation.ForMedical(rate, cost, income) : null;
    }

    public static BankAccount? ReadAccount(AccountAnswers answers, Problems problems)
    {
        var own = new Problems();
        var account = BankAccount.Read(answers, own);
        foreach (var error in own.Errors) problems.Add($"{nameof(Section.Account)}.{error.Field}", error.Message);
        return account;
    }

    /// <summary>Documents per kind and rules 6 and 8 for receipts: each with a file, date, issuer and amount; the claimed cost within their sum.</summary>
    public static IReadOnlyList<Receipt>? ReadDocuments(ApplicationAnswers answers, ReadingContext context, Problems problems)
    {
        var before = problems.Errors.Count;
        foreach (var rule in context.Year.Documents)
        {
            var count = context.Documents.Count(d => d.Kind == rule.Kind);
            if (count < rule.Min && rule.Kind != DocumentKind.Receipt) problems.Add($"Documents.{rule.Kind}", $"「{rule.Kind.Name()}」のファイルを選んでください。");
            if (count > rule.Max) problems.Add($"Documents.{rule.Kind}", $"「{rule.Kind.Name()}」は{rule.Max}ファイルまでです。余分なファイルを削除してください。");
        }
        foreach (var document in context.Documents.Where(d => d.Objection is not null && context.IsOpen(d.Kind)))
            problems.Add(document.Kind == DocumentKind.Receipt ? $"Documents.{document.Kind}[{document.Slot}]" : $"Documents.{document.Kind}", $"{document.FileName}：{document.Objection}");
        var receipts = ReadReceipts(answers.Receipts, context, problems);
        if (problems.Errors.Count > before) return null;
        var claimed = ClaimedCost(answers.Amount, context.Year.Programme);
        var sum = new Yen(receipts.Sum(r => r.Amount.Amount));
        if (claimed > sum)
        {
            problems.Add($"{nameof(Section.Receipts)}.Items[0].Amount",
                $"領収書の合計（{sum}円）が、申請する費用（{claimed}円）より少なくなっています。領収書を追加するか、②の費用を領収書の合計以下にしてください。");
            return null;
        }
        return receipts;
    }

    private static List<Receipt> ReadReceipts(ReceiptsAnswers answers, ReadingContext context, Problems problems)
    {
        var files = context.Documents.Where(d => d.Kind == DocumentKind.Receipt).Select(d => d.Slot).ToHashSet();
        var most = context.Year.RuleFor(DocumentKind.Receipt)?.Max ?? 0;
        var slots = Math.Max(Math.Max(answers.Items.Count, most), files.Count == 0 ? 0 : files.Max() + 1);
        var result = new List<Receipt>();
        for (var slot = 0; slot < slots; slot++)
        {
            var item = slot < answers.Items.Count ? answers.Items[slot] : new ReceiptAnswers();
            var hasFile = files.Contains(slot);
            if (!hasFile && item.IsBlank && (slot > 0 || files.Count > 0 || answers.Items.Any(i => !i.IsBlank))) continue;
            var field = $"{nameof(Section.Receipts)}.Items[{slot}]";
            if (!hasFile) problems.Add($"Documents.{DocumentKind.Receipt}[{slot}]", $"領収書 {slot + 1}のファイルを選んでください。");
            var date = problems.PastDate($"{field}.Date", item.Date, "領収日", context.Today);
            var issuer = problems.Text($"{field}.Issuer", item.Issuer, "発行者", 100);
            var amount = problems.Yen($"{field}.Amount", item.Amount, "領収金額");
            if (amount == Yen.Zero && Yen.TryParse(item.Amount, out _)) problems.Add($"{field}.Amount", "領収金額を1円以上で入力してください。");
            if (date < context.Year.EarliestWorkDate)
                problems.Warn($"{field}.Date", $"領収日が{context.Year.EarliestWorkDate:yyyy年M月d日}より前です。審査で確認することがあります。");
            var part = ReadPart(item, amount, field, context, problems);
            if (date is { } day) result.Add(new Receipt(day, issuer, part ?? amount, slot, part is null ? null : amount));
        }
        var parts = ReceiptPart.Of(result, context.Documents);
        foreach (var part in parts.Where(p => parts.Any(earlier => earlier.Slot < p.Slot && earlier.IsOfSameReceipt(p))))
            problems.Add($"{nameof(Section.Receipts)}.Items[{part.Slot}].Part", "同じ領収書がこの申請に2つあります。1枚の領収書は1つの欄に、この申請で使う金額をまとめて入力してください。別の領収書の場合は、それぞれ別のファイルにして、発行者のあとに領収書の番号を書き添えてください（例：株式会社見本電機 No.123）。");
        return result;
    }

    /// <summary>この申請の分 of a receipt that is declared as split; null: it is not.</summary>
    private static Yen? ReadPart(ReceiptAnswers item, Yen whole, string field, ReadingContext context, Problems problems)
    {
        if (!item.Split)
        {
            if (!string.IsNullOrWhiteSpace(item.Part))
                problems.Add($"{field}.Part", "この申請の分が入力されています。ほかの申請と分けて使う場合は、上のチェックを入れてください。分けて使わない場合は、空欄にしてください。");
            return null;
        }
        if (context.Applicant.Kind != ApplicantKind.Corporation)
            problems.Add($"{field}.Split", "領収書を分けて申告できるのは、法人の申請だけです。チェックを外してください。");
        var before = problems.Errors.Count;
        var part = problems.Yen($"{field}.Part", item.Part, "この申請の分");
        if (problems.Errors.Count > before) return part;
        if (part == Yen.Zero) problems.Add($"{field}.Part", "領収金額のうち、この申請で使う金額を1円以上で入力してください。");
        else if (part > whole && whole > Yen.Zero) problems.Add($"{field}.Part", $"この申請の分（{part}円）が領収金額（{whole}円）を超えています。領収金額には領収書全体の金額を、ここにはそのうちこの申請で使う金額を入力してください。");
        return part;
    }

    /// <summary>The receipts as far as they can be read, complete or not. For showing, never for deciding.</summary>
    public static IReadOnlyList<Receipt> TypedReceipts(ReceiptsAnswers answers, ReadingContext context) => ReadReceipts(answers, context, new Problems());

    /// <summary>The cost claimed in ②, as far as it can be read: A + B, or 対象経費.</summary>
    public static Yen ClaimedCost(AmountAnswers amount, Programme programme)
    {
        static Yen Read(string? text) => Yen.TryParse(text, out var yen) ? yen : Yen.Zero;
        return programme == Programme.Care ? Read(amount.ReaderCost) + Read(amount.SupportCost) : Read(amount.Cost);
    }

    /// <summary>The codes as ticked, in their normal form.</summary>
    private static HashSet<string> Chosen(OfficeAnswers office) =>
        office.Services.Select(JapaneseText.Code).Where(c => c.Length > 0).ToHashSet(StringComparer.Ordinal);

    /// <summary>Those of the programme, in its order.</summary>
    private static List<string> Known(HashSet<string> chosen, ProgrammeYear year) => [.. year.Services.Select(s => s.Code).Where(chosen.Contains)];
}

/// <summary>Step ① read.</summary>
public sealed record OfficeReading(
    InstitutionNumber Number, string Name, string Address, string Phone, string ContactName, IReadOnlyList<string> Services, (InstitutionKind Kind, int Beds)? Beds);

/// <summary>Step ② read.</summary>
public sealed record AmountReading(
    CareCosts? Care, MedicalCosts? Medical, Yen Donation, Yen OtherIncome, DateOnly CompletedOn, string Note, GrantCalculation Calculation);
