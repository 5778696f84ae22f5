using Dapper;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Retention;

/// <summary>法的保全 of an application.</summary>
/// <param name="LiftedAt">Null: it holds.</param>
public sealed record LegalHold(Guid Id, string Reason, DateTimeOffset SetAt, string SetByName, DateTimeOffset? LiftedAt, string? LiftedByName, string? LiftedBecause);

/// <summary>A hold in the list of all.</summary>
public sealed record HeldApplication(Guid Id, string ReceiptNumber, string Reason, DateTimeOffset SetAt, string SetByName);

/// <summary>Holds of the records of applications. The caller has checked that the application may be seen.</summary>
public static class LegalHolds
{
    /// <summary>The one that holds; null: none.</summary>
    public static Query<LegalHold?> Open(Guid application) => Of(application).Select(holds => holds.FirstOrDefault(hold => hold.LiftedAt is null));

    /// <summary>All there were, the latest first.</summary>
    public static Query<IReadOnlyList<LegalHold>> Of(Guid application) => Query.List<LegalHold>(
        """
        select id, reason, set_at, set_by_name, lifted_at, lifted_by_name, lifted_because from legal_holds
        where application_id = @application order by set_at desc, id desc limit 100
        """,
        new { application });

    /// <summary>Everything held, the longest first, but what this person declared a conflict of interest with.</summary>
    public static Query<IReadOnlyList<HeldApplication>> All(Actor seenBy, int most) => Query.List<HeldApplication>(
        """
        select a.id, a.receipt_number, h.reason, h.set_at, h.set_by_name
        from legal_holds h join applications a on a.id = h.application_id
        where h.lifted_at is null and a.number <> all (conflict_numbers(@UserId)) and a.applicant_id <> all (conflict_applicants(@UserId))
        order by h.set_at, h.id limit @most
        """,
        new { seenBy.UserId, most });

    /// <summary>Holds an application that is locked by the caller.</summary>
    /// <returns>False when it is held already.</returns>
    public static async Task<bool> SetAsync(NpgsqlConnection connection, Guid application, string reason, Actor actor, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        insert into legal_holds (id, application_id, reason, set_at, set_by, set_by_name) values (@id, @application, @reason, @now, @UserId, @Name)
        on conflict (application_id) where lifted_at is null do nothing
        """,
        new { id = Guid.CreateVersion7(now), application, reason, now, actor.UserId, actor.Name }) == 1;

    /// <returns>False when it is not held.</returns>
    public static async Task<bool> LiftAsync(NpgsqlConnection connection, Guid application, string because, Actor actor, DateTimeOffset now) => await connection.ExecuteAsync(
        "update legal_holds set lifted_at = @now, lifted_by = @UserId, lifted_by_name = @Name, lifted_because = @because where application_id = @application and lifted_at is null",
        new { application, because, now, actor.UserId, actor.Name }) == 1;
}
