using System.Text.Json;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Shared.Jobs;
using Npgsql;

namespace GrantPortal.Web.Features.Routing;

/// <summary>不在 and 利害関係: what stands on the person's list, or is held by them, goes to others.</summary>
public sealed class HandBack(Database database, ApplicationCommand command, TimeProvider clock, JobSignal signal)
{
    /// <summary>Notes an absence. The work is handed back when it begins, by a job.</summary>
    public async Task AbsentAsync(Guid person, DateOnly from, DateOnly to, Actor by, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lists.LockAsync(connection, person);
        await ClerkStore.AddAbsenceAsync(connection, id, person, from, to, by.UserId, now);
        await AuditLog.AppendAsync(connection, new AuditEntry(by, "absence-noted", "user", person.ToString(), address, new { from, to }), now);
        var begins = JapanTime.StartOf(from).ToUniversalTime();
        await JobQueue.EnqueueAsync(connection, [new Job(HandBackJob.JobKind, $"{HandBackJob.JobKind}:{id}", JsonSerializer.Serialize(new HandBackJob.Payload(id)), begins > now ? begins : now)]);
        await transaction.CommitAsync(cancel);
        signal.Wake();
    }

    /// <summary>Everything the person holds or has on their list goes back; what is returned comes to another when it is answered.</summary>
    public async Task AllOfAsync(Guid person, CancellationToken cancel)
    {
        var released = await ReleaseAsync(person, null, null, cancel);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lists.LockAsync(connection, person);
        await Lists.RouteAgainAsync(connection, person, released, JapanTime.DateOf(clock.GetUtcNow()));
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Writes down a conflict of interest by 法人番号 or by the institution's number; from then on the person does not see the cases.</summary>
    /// <returns>False when it was declared before.</returns>
    public async Task<bool> ConflictAsync(string? corporateNumber, string? number, string words, Actor person, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var released = await ReleaseAsync(person.UserId, number, corporateNumber, cancel);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lists.LockAsync(connection, person.UserId);
        if (!await ClerkStore.DeclareAsync(connection, Guid.CreateVersion7(now), person.UserId, corporateNumber, number, words, now)) return false;
        await Lists.RouteAgainAsync(connection, person.UserId, released, JapanTime.DateOf(now), number, corporateNumber);
        await AuditLog.AppendAsync(connection, new AuditEntry(person, "conflict-declared", "user", person.UserId.ToString(), address, new { corporateNumber, number }), now);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>担当を外れる of all that is held, each with its event.</summary>
    private async Task<IReadOnlyList<Guid>> ReleaseAsync(Guid person, string? number, string? corporateNumber, CancellationToken cancel)
    {
        IReadOnlyList<Guid> held;
        Actor? clerk;
        await using (var connection = await database.OpenAsync(cancel))
        {
            held = await Lists.HeldAsync(connection, person, number, corporateNumber);
            clerk = await ActorAsync(connection, person);
        }
        if (clerk is null) return [];
        var released = new List<Guid>();
        foreach (var id in held)
        {
            if (await command.RunAsync(id, clerk, seenVersion: null, (dossier, at) => dossier.Application.Release(clerk, at), cancel: cancel) is CommandResult.Done) released.Add(id);
        }
        return released;
    }

    /// <summary>The person as the 審査担当 they were when they took the cases, whether or not they still are, or could sign in.</summary>
    private static async Task<Actor?> ActorAsync(NpgsqlConnection connection, Guid person) =>
        (await AccountStore.FindActorAsync(connection, person, DateTimeOffset.MaxValue))?.Actor is { } actor ? actor with { Roles = actor.Roles.Append(StaffRole.Reviewer).ToHashSet() } : null;
}

/// <summary>Hands back what an absent person has, at the beginning of the absence. A second run finds nothing left.</summary>
public sealed class HandBackJob(Database database, HandBack handBack, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "hand-back";

    public string Kind => JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var payload = JsonSerializer.Deserialize<Payload>(job.Payload)!;
        Absence? absence;
        await using (var connection = await database.OpenAsync(cancel)) absence = await ClerkStore.AbsenceAsync(connection, payload.Absence);
        var today = JapanTime.DateOf(clock.GetUtcNow());
        // Taken back, or over before anybody came to it.
        if (absence is null || today < absence.FromDay || today > absence.ToDay) return;
        await handBack.AllOfAsync(absence.UserId, cancel);
    }

    public sealed record Payload(Guid Absence);
}

/// <summary>Hands back what somebody has who is no 審査担当 any more. A second run finds nothing left.</summary>
public sealed class RoleTakenJob(Database database, HandBack handBack) : IJobHandler
{
    public const string JobKind = "role-taken";

    public string Kind => JobKind;

    /// <param name="change">The change of roles, once.</param>
    public static Job For(Guid change, Guid person, DateTimeOffset now) => new(JobKind, $"{JobKind}:{change}", JsonSerializer.Serialize(new Payload(person)), now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var payload = JsonSerializer.Deserialize<Payload>(job.Payload)!;
        await using (var connection = await database.OpenAsync(cancel))
            if ((await AccountStore.FindActorAsync(connection, payload.Person, DateTimeOffset.MaxValue))?.Actor.Is(StaffRole.Reviewer) != false) return; // given again meanwhile
        await handBack.AllOfAsync(payload.Person, cancel);
    }

    public sealed record Payload(Guid Person);
}

/// <summary>Puts what waits on teams' lists to the team that covers it now, page by page. A second run changes nothing.</summary>
public sealed class CoverJob(Database database) : IJobHandler
{
    public const string JobKind = "cover";

    private const int Page = 1000;

    public string Kind => JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        ListPosition? at = null;
        do
        {
            await using var connection = await database.OpenAsync(cancel);
            at = await Lists.CoverAsync(connection, at, Page);
        }
        while (at is not null);
    }
}
