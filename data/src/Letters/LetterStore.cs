using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Letters;
using Npgsql;

namespace GrantPortal.Data.Letters;

/// <summary>A letter that was just issued.</summary>
/// <param name="EventId">What it tells of.</param>
public sealed record IssuedLetter(Guid Id, long EventId, int? Serial);

/// <summary>A letter with its PDF, once that is printed.</summary>
/// <param name="Size">Bytes of the PDF; null: not printed yet.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits; also its entity tag.</param>
public sealed record StoredLetter(
    Guid Id, Guid ApplicationId, LetterKind Kind, LetterNumber? Number, Letter Content, DateTimeOffset IssuedAt, Guid? BlobId, long? Size, string? Sha256)
{
    public bool IsPrinted => BlobId is not null;
}

/// <summary>Where a list goes on: the last letter shown.</summary>
public sealed record LetterPosition(DateTimeOffset IssuedAt, Guid Id);

/// <summary>Letters: issued with the event they tell of, printed later. Nothing about them ever changes.</summary>
public static class LetterStore
{
    private const string Columns =
        "l.id, l.application_id, l.kind, l.fiscal_year, l.serial, l.content, l.issued_at, f.blob_id, f.size, f.sha256";

    private const string Visible =
        """
        (@AsStaff or exists (select from memberships m where m.applicant_id = l.applicant_id and m.user_id = @UserId))
        """;

    /// <summary>
    /// Writes the letter about the application's latest event, in the transaction that wrote the event and holds the application's lock. A
    /// decision letter draws its year's next number: the counter stays locked until the commit and goes back with a rollback, so the numbers
    /// have no gap and no number is given twice. Draw it last: everybody who decides waits for it.
    /// </summary>
    /// <exception cref="PostgresException">The event has its letter already (<c>letters_once_per_event</c>).</exception>
    public static Task<IssuedLetter> IssueAsync(NpgsqlConnection connection, Guid applicationId, Guid applicantId, Letter letter, DateTimeOffset now) =>
        connection.QuerySingleAsync<IssuedLetter>(
            """
            with drawn as (
              insert into letter_numbers (fiscal_year, last) select @FiscalYear, 1 where @FiscalYear::integer is not null
              on conflict (fiscal_year) do update set last = letter_numbers.last + 1
              returning last
            )
            insert into letters (id, application_id, applicant_id, event_id, kind, fiscal_year, serial, content, issued_at)
            select @Id, @applicationId, @applicantId, e.id, @Kind, @FiscalYear, (select last from drawn), @Content::jsonb, @now
            from (select id from events where application_id = @applicationId order by id desc limit 1) e
            returning id, event_id, serial
            """,
            new
            {
                Id = Guid.NewGuid(),
                applicationId,
                applicantId,
                letter.Kind,
                FiscalYear = letter.Kind == LetterKind.Return ? (int?)null : JapanTime.FiscalYearOf(letter.Date),
                Content = ApplicationJson.Write(letter),
                now,
            });

    /// <summary>A letter by its id, for the printer.</summary>
    public static async Task<StoredLetter?> FindAsync(NpgsqlConnection connection, Guid id) => (await connection.QuerySingleOrDefaultAsync<Row>(
        $"select {Columns} from letters l left join letter_files f on f.letter_id = l.id where l.id = @id", new { id }))?.ToLetter();

    /// <summary>A letter the actor may read: members those of their applicants, staff all. Null otherwise.</summary>
    public static async Task<StoredLetter?> FindVisibleAsync(NpgsqlConnection connection, Guid id, Actor actor) => (await connection.QuerySingleOrDefaultAsync<Row>(
        $"select {Columns} from letters l left join letter_files f on f.letter_id = l.id where l.id = @id and {Visible}",
        new { id, actor.UserId, AsStaff = actor.IsStaff }))?.ToLetter();

    /// <summary>The letters of one application the actor may read, oldest first.</summary>
    public static Query<IReadOnlyList<StoredLetter>> OfApplication(Guid applicationId, Actor actor) => Query.List<Row>(
        $"""
        select {Columns} from letters l left join letter_files f on f.letter_id = l.id
        where l.application_id = @applicationId and {Visible} order by l.event_id
        """,
        new { applicationId, actor.UserId, AsStaff = actor.IsStaff }).Select<IReadOnlyList<StoredLetter>>(rows => [.. rows.Select(r => r.ToLetter())]);

    /// <summary>The letters to the user's applicants, latest first, one page.</summary>
    public static async Task<IReadOnlyList<StoredLetter>> OfUserAsync(NpgsqlConnection connection, Guid userId, LetterPosition? after, int most) =>
        [.. (await connection.QueryAsync<Row>(
            $"""
            select {Columns}
            from memberships m
            cross join lateral (
              select x.id, x.application_id, x.kind, x.fiscal_year, x.serial, x.content, x.issued_at
              from letters x
              where x.applicant_id = m.applicant_id and (@at::timestamptz is null or x.issued_at < @at or x.issued_at = @at and x.id > @id)
              order by x.issued_at desc, x.id limit @most) l
            left join letter_files f on f.letter_id = l.id
            where m.user_id = @userId
            order by l.issued_at desc, l.id limit @most
            """,
            new { userId, at = after?.IssuedAt, id = after?.Id, most })).Select(r => r.ToLetter())];

    /// <summary>Names the stored PDF of a letter.</summary>
    /// <returns>False when another printer was faster: its file stands.</returns>
    public static async Task<bool> AddFileAsync(NpgsqlConnection connection, Guid letterId, Guid blobId, long size, string sha256, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        insert into letter_files (letter_id, blob_id, size, sha256, stored_at) values (@letterId, @blobId, @size, @sha256, @now)
        on conflict (letter_id) do nothing
        """,
        new { letterId, blobId, size, sha256, now }) == 1;

    private sealed record Row(
        Guid Id, Guid ApplicationId, LetterKind Kind, int? FiscalYear, int? Serial, string Content, DateTimeOffset IssuedAt, Guid? BlobId, long? Size, string? Sha256)
    {
        public StoredLetter ToLetter() => new(
            Id, ApplicationId, Kind, FiscalYear is { } year && Serial is { } serial ? new LetterNumber(year, serial) : null,
            ApplicationJson.Read<Letter>(Content), IssuedAt, BlobId, Size, Sha256);
    }
}
