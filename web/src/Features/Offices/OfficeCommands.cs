using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Offices;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;

namespace GrantPortal.Web.Features.Offices;

/// <summary>What became of numbers that were to be added.</summary>
/// <param name="Held">Those another applicant holds; they can be claimed.</param>
public sealed record AddedOffices(int Added, IReadOnlyList<NewOffice> Held);

/// <summary>The list of an applicant's offices: add by number, remove. A number belongs to one applicant.</summary>
public sealed class ManageOffices(Database database, TimeProvider clock)
{
    /// <param name="offices">Checked numbers. Those the applicant has already change nothing.</param>
    public async Task<AddedOffices> AddAsync(Guid applicantId, IReadOnlyList<NewOffice> offices, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (added, held) = (0, new List<NewOffice>());
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var group in offices.GroupBy(o => o.Programme).OrderBy(g => g.Key))
        {
            var byNumber = group.DistinctBy(o => o.Number).ToDictionary(o => o.Number, StringComparer.Ordinal);
            var found = await ApplicantOffices.AddAsync(connection, applicantId, group.Key, [.. byNumber.Values], actor.UserId, now);
            added += found.Count(o => o.Added);
            held.AddRange(found.Where(o => o.ApplicantId != applicantId).Select(o => byNumber[o.Number]));
        }
        await transaction.CommitAsync(cancel);
        return new AddedOffices(added, held);
    }

    /// <summary>Not while a live application of the applicant or an open claim hangs on the number.</summary>
    public async Task<ChangeResult> RemoveAsync(Guid applicantId, Programme programme, string number, Actor actor, string? address, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        switch (await ApplicantOffices.RemoveAsync(connection, applicantId, programme, number))
        {
            case null:
                return new ChangeResult.NotFound();
            case false:
                return new Refusal(RefusalCode.WrongState, "この番号の申請が受け付けられているか、番号を確認しているため、一覧から外すことはできません。");
            default:
                await AuditLog.AppendAsync(connection, new AuditEntry(actor, "office-removed", "applicant", applicantId.ToString(), address, new { number }), clock.GetUtcNow());
                await transaction.CommitAsync(cancel);
                return new ChangeResult.Done();
        }
    }
}
