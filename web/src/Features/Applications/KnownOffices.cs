using GrantPortal.Data.Offices;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Web.Features.Applications;

/// <summary>Fills step ① from the master: nothing the portal knows is asked for. Everything can be overwritten.</summary>
public sealed class KnownOffices(OfficeQueries offices)
{
    /// <summary>The answers with what the master knows of their number in place; null when it knows nothing.</summary>
    public async Task<OfficeAnswers?> FillAsync(Programme programme, OfficeAnswers answers)
    {
        if (await offices.FindAsync(programme, answers.Number ?? "") is not { } known) return null;
        return answers with
        {
            Name = known.Name,
            Address = known.Address,
            Phone = known.Phone.Length > 0 ? known.Phone : answers.Phone,
            Services = known.Services.Length > 0 ? known.Services : answers.Services,
        };
    }
}
