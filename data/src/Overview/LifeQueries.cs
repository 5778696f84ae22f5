using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Letters;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Overview;

/// <summary>A mail about an application, or what became of it.</summary>
/// <param name="State">As in <c>jobs</c>: ready, done or dead.</param>
/// <param name="Daily">Told in the day's mail.</param>
public sealed record LifeMail(string Subject, string To, bool Daily, string State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

/// <summary>Who looked at the application, its documents and letters, or did something to them beyond what stands in its history.</summary>
public sealed record LifeAccess(DateTimeOffset At, string ActorName, string Action, string? ObjectKind, string? ObjectId, string? Address);

/// <summary>内部メモ, or a confirmed document.</summary>
public sealed record LifeNote(DateTimeOffset At, string UserName, string Words);

/// <summary>Everything kept about one application. The caller has checked that it may be seen.</summary>
public sealed record Life(
    IReadOnlyList<HistoryLine> Events, IReadOnlyList<SubmittedVersion> Versions, IReadOnlyList<LifeNote> Notes, IReadOnlyList<LifeNote> Confirmations,
    IReadOnlyList<LifeMail> Mails, IReadOnlyList<LifeAccess> Accesses);

public static class LifeQueries
{
    /// <param name="versions">How many were submitted.</param>
    public static async Task<(Life Life, IReadOnlyList<StoredLetter> Letters)> ReadAsync(NpgsqlConnection connection, Guid applicationId, int versions, Actor actor)
    {
        var reads = new RoundTrip(connection);
        var events = reads.Ask(ApplicationQueries.History(applicationId));
        var submitted = reads.Ask(ApplicationQueries.Versions(applicationId, 1, versions));
        var rest = reads.Ask(Rest(applicationId));
        var letters = reads.Ask(LetterStore.OfApplication(applicationId, actor));
        await reads.SendAsync();
        var (notes, confirmations, mails, accesses) = rest.Value;
        return (new Life(events.Value, submitted.Value, notes, confirmations, mails, accesses), letters.Value);
    }

    private static Query<(IReadOnlyList<LifeNote>, IReadOnlyList<LifeNote>, IReadOnlyList<LifeMail>, IReadOnlyList<LifeAccess>)> Rest(Guid applicationId) => new(
        """
        select at, user_name, words from case_notes where application_id = @applicationId order by at, id;
        select c.at, c.user_name, d.file_name || '（' || c.version || '回目の提出）' || case when c.confirmed then '' else '：確認を取り消し' end as words
        from document_confirmations c join documents d on d.id = c.document_id where c.application_id = @applicationId order by c.at;
        select payload ->> 'subject' as subject, payload ->> 'to' as "to", kind = 'digest-item' as daily, state, attempts, created_at, finished_at
        from jobs where key like 'mail:application:%' and split_part(key, ':', 3) = @Text order by id;
        select a.at, a.actor_name, a.action, a.object_kind, a.object_id, a.address
        from (
          select @Text as id
          union all select d.id::text from documents d where d.application_id = @applicationId
          union all select l.id::text from letters l where l.application_id = @applicationId) o
        join audit a on a.object_id = o.id
        order by a.id
        """,
        new { applicationId, Text = applicationId.ToString() },
        async (grid, _) => ((await grid.ReadAsync<LifeNote>()).AsList(), (await grid.ReadAsync<LifeNote>()).AsList(), (await grid.ReadAsync<LifeMail>()).AsList(), (await grid.ReadAsync<LifeAccess>()).AsList()));
}
