using Dapper;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Applications;

/// <summary>One step's answers in the working copy.</summary>
/// <param name="Answers">The answers of its section: <see cref="OfficeAnswers"/>, <see cref="AmountAnswers"/>, <see cref="AccountAnswers"/> or <see cref="ReceiptsAnswers"/>.</param>
/// <param name="Revision">Counts saves, from 1; a writer who saw another one does not overwrite it.</param>
/// <param name="Editor">The page that saved last.</param>
public sealed record WorkingSection(Section Section, object Answers, int Revision, Guid Editor, DateTimeOffset UpdatedAt, string UpdatedByName);

/// <summary>Everything about one application that a person on the applicant's side works with, read in one round trip.</summary>
/// <param name="Working">Saved sections; empty when nothing is being edited.</param>
/// <param name="Attached">Documents of the working copy, or of the latest version when nothing is being edited.</param>
/// <param name="Year">The year that prices it: its own, or for a draft the one open now (else the next to open, else the latest).</param>
/// <param name="Serial">For a new receipt number; null unless loaded for submission.</param>
/// <param name="MailTo">Addresses of the applicant's members who get its mails, with their ids.</param>
public sealed record Dossier(
    Application Application,
    ApplicantProfile Applicant,
    IReadOnlyList<WorkingSection> Working,
    IReadOnlyList<AttachedDocument> Attached,
    SubmittedDocuments Submitted,
    ProgrammeYear Year,
    BudgetPosition Budget,
    long? Serial,
    IReadOnlyList<Recipient> MailTo)
{
    /// <summary>Whether a working copy exists.</summary>
    public bool IsBeingEdited => Working.Count > 0;

    /// <summary>The working copy's answers, each step as last saved.</summary>
    public ApplicationAnswers Answers => new()
    {
        Office = Read<OfficeAnswers>(Section.Office),
        Amount = Read<AmountAnswers>(Section.Amount),
        Account = Read<AccountAnswers>(Section.Account),
        Receipts = Read<ReceiptsAnswers>(Section.Receipts),
    };

    /// <summary>0 where the step was never saved.</summary>
    public int RevisionOf(Section section) => Working.FirstOrDefault(w => w.Section == section)?.Revision ?? 0;

    /// <summary>Stands for exactly this working copy, its files and the applicant's profile: what is confirmed is what is submitted.</summary>
    public string Fingerprint => string.Join('.', Enum.GetValues<Section>().Select(RevisionOf))
        + "." + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(string.Join(',', Attached.Select(d => d.Id).Order()) + Applicant)))[..16];

    /// <summary>What the working copy's answers are read with.</summary>
    public ReadingContext ReadingOn(DateOnly today) => new(Year, Applicant, Attached, today) { OpenItems = OpenItems };

    /// <summary>Keys of the items a return opened; null: everything is open.</summary>
    public IReadOnlySet<string>? OpenItems =>
        Application.Returned?.Select(i => i.Key).ToHashSet(StringComparer.Ordinal);

    private T Read<T>(Section section)
        where T : new() => Working.FirstOrDefault(w => w.Section == section) is { } saved ? (T)saved.Answers : new T();
}

/// <summary>Who gets an application's mails.</summary>
/// <param name="Daily">One mail a day, please.</param>
public sealed record Recipient(Guid UserId, string Email, bool Daily);

/// <summary>Loads applications restricted to what the actor may see: members their applicant's, staff everything submitted that no conflict of theirs is declared for.</summary>
public static class DossierStore
{
    private const string ApplicationColumns =
        """
        a.id, a.applicant_id, a.programme, a.status, a.version, a.submissions, a.receipt_number, a.number, a.year_id, a.applied_yen, a.received_at,
        a.reviewer_id, a.recommendation, a.recommended_yen, a.granted_yen, a.returned, a.reviewers
        """;

    /// <summary>Staff see what was submitted, but nothing they declared a conflict of interest with.</summary>
    private const string Visible =
        """
        (@AsStaff and a.status <> 'draft' and a.number <> all (conflict_numbers(@UserId)) and a.applicant_id <> all (conflict_applicants(@UserId))
          or not @AsStaff and exists (select from memberships m where m.applicant_id = a.applicant_id and m.user_id = @UserId))
        """;

    /// <summary>Null when the application does not exist or is not visible to the actor.</summary>
    public static Task<Dossier?> LoadAsync(NpgsqlConnection connection, Guid id, Actor actor, DateTimeOffset now) =>
        ReadAsync(connection,
            $"""
            select {ApplicationColumns} from applications a where a.id = @Id and {Visible};
            {Details}
            """,
            id, actor, now);

    /// <summary>The same, with the application locked until the transaction ends.</summary>
    /// <param name="lockBudget">
    /// Lock its programme's budgeted years too, so that pledges and commitments are counted one at a time (docs/adr/0005). The others are shared: an
    /// operator's change of a year waits for what was begun under the figures before it. Shared first: a year that gets its budget meanwhile is locked after all.
    /// </param>
    /// <param name="drawSerial">Draw a serial for the receipt number of a first submission.</param>
    public static Task<Dossier?> LoadForUpdateAsync(
        NpgsqlConnection connection, Guid id, Actor actor, DateTimeOffset now, bool lockBudget = false, bool drawSerial = false) =>
        ReadAsync(connection,
            $"""
            select {ApplicationColumns} from applications a where a.id = @Id and {Visible} for update;
            select y.id from programme_years y where @LockBudget and y.budget_yen is null and y.programme = (select a.programme from applications a where a.id = @Id)
              order by y.id for share;
            select y.id from programme_years y where @LockBudget and y.budget_yen is not null and y.programme = (select a.programme from applications a where a.id = @Id)
              order by y.id for no key update;
            {Details}
            """,
            id, actor, now, locked: true, lockBudget, drawSerial);

    private const string Details =
        $"""
        select p.kind, p.name, p.corporate_number, p.representative, p.non_profit, p.contact_name, p.phone
          from applicants p join applications a on a.applicant_id = p.id where a.id = @Id;
        select v.content -> 'applicant' from applications a join application_versions v on v.application_id = a.id and v.version = a.submissions
          where a.id = @Id and a.status = 'returned';
        select w.section, w.answers, w.revision, w.editor, w.updated_at, u.name as updated_by_name
          from working_sections w join users u on u.id = w.updated_by where w.application_id = @Id;
        select d.id, d.kind, d.slot, d.file_name, d.type, d.size, d.sha256, d.structure, d.malware, d.verdict
          from documents d
          where d.application_id = @Id and d.attached
          order by array_position(array['passbook', 'service-proof', 'bed-proof', 'receipt', 'web-service-screen', 'completion-proof'], d.kind), d.slot;
        select count(*) filter (where d.structure <> 'unusable' and d.malware <> 'infected' and (d.structure = 'waiting' or d.malware = 'waiting'))::integer as checking,
            count(*) filter (where d.structure = 'unusable' or d.malware = 'infected')::integer as bad
          from applications a join version_documents v on v.application_id = a.id and v.version = a.submissions join documents d on d.id = v.document_id
          where a.id = @Id;
        {ProgrammeYearStore.Select}
          where programme = (select a.programme from applications a where a.id = @Id) order by opens;
        select t.year_id, sum(t.committed_yen)::bigint as committed, sum(t.open_yen)::bigint as open
          from programme_year_totals t join programme_years y on y.id = t.year_id
          where y.programme = (select a.programme from applications a where a.id = @Id) group by t.year_id;
        select case when a.submissions = 0 then nextval('receipt_serial') end from applications a where a.id = @Id and @DrawSerial;
        select m.user_id, u.email, coalesce(s.daily_mail, false) as daily
          from memberships m join users u on u.id = m.user_id join applications a on a.applicant_id = m.applicant_id left join user_settings s on s.user_id = u.id
          where a.id = @Id and m.role in ('owner', 'clerk') order by m.since, m.user_id limit 50
        """;

    private static async Task<Dossier?> ReadAsync(
        NpgsqlConnection connection, string sql, Guid id, Actor actor, DateTimeOffset now, bool locked = false, bool lockBudget = false, bool drawSerial = false)
    {
        await using var grid = await connection.QueryMultipleAsync(sql, new { Id = id, actor.UserId, AsStaff = actor.IsStaff, LockBudget = lockBudget, DrawSerial = drawSerial });
        if (await grid.ReadSingleOrDefaultAsync<ApplicationRow>() is not { } row) return null;
        if (locked)
        {
            await grid.ReadAsync();
            await grid.ReadAsync();
        }
        var applicant = await grid.ReadSingleAsync<ApplicantProfile>();
        // 差戻し: only the named items open, and the profile is none of them.
        if (await grid.ReadSingleOrDefaultAsync<string>() is { } submitted) applicant = ApplicationJson.Read<ApplicantProfile>(submitted);
        var working = (await grid.ReadAsync<WorkingRow>()).Select(w => w.Read(connection.Protection())).ToList();
        var documents = (await grid.ReadAsync<AttachedDocument>()).AsList();
        var submittedDocuments = await grid.ReadSingleAsync<SubmittedDocuments>();
        var years = await ProgrammeYearStore.ReadAsync(grid);
        var totals = (await grid.ReadAsync<TotalsRow>()).AsList();
        var serial = await grid.ReadSingleOrDefaultAsync<long?>();
        var recipients = (await grid.ReadAsync<Recipient>()).AsList();
        var application = row.ToApplication();
        var year = application.YearId is { } own ? years.Single(y => y.Id == own) : ProgrammeYearStore.Current(years, now) ?? throw new InvalidOperationException($"{application.Programme} has no programme year.");
        var total = totals.FirstOrDefault(t => t.YearId == year.Id);
        return new Dossier(application, applicant, working, documents, submittedDocuments, year,
            new BudgetPosition(new Yen(total?.Committed ?? 0), new Yen(total?.Open ?? 0)), serial, recipients);
    }

    private sealed record WorkingRow(Section Section, string Answers, int Revision, Guid Editor, DateTimeOffset UpdatedAt, string UpdatedByName)
    {
        public WorkingSection Read(Protection protection) => new(
            Section,
            Section switch
            {
                Section.Office => protection.Read<OfficeAnswers>(Answers),
                Section.Amount => protection.Read<AmountAnswers>(Answers),
                Section.Account => protection.Read<AccountAnswers>(Answers),
                _ => protection.Read<ReceiptsAnswers>(Answers),
            },
            Revision, Editor, UpdatedAt, UpdatedByName);
    }

    private sealed record TotalsRow(string YearId, long Committed, long Open);
}

/// <summary>A row of applications.</summary>
internal sealed record ApplicationRow(
    Guid Id, Guid ApplicantId, Programme Programme, Status Status, int Version, int Submissions, string? ReceiptNumber, string? Number, string? YearId,
    long AppliedYen, DateTimeOffset? ReceivedAt, Guid? ReviewerId, Verdict? Recommendation, long? RecommendedYen, long? GrantedYen, string? Returned, Array Reviewers)
{
    public Application ToApplication() => new()
    {
        Id = Id,
        ApplicantId = ApplicantId,
        Programme = Programme,
        Status = Status,
        Version = Version,
        Submissions = Submissions,
        ReceiptNumber = ReceiptNumber,
        Number = Number,
        YearId = YearId,
        Applied = new Yen(AppliedYen),
        ReceivedAt = ReceivedAt,
        ReviewerId = ReviewerId,
        Recommendation = Recommendation,
        Recommended = RecommendedYen is { } recommended ? new Yen(recommended) : null,
        Granted = GrantedYen is { } granted ? new Yen(granted) : null,
        Returned = Returned is null ? null : ApplicationJson.Read<IReadOnlyList<ReturnedItem>>(Returned),
        Reviewers = Reviewers.Cast<Guid>().ToHashSet(),
    };
}
