using GrantPortal.Data.Accounts;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>
/// Identity's hash (PBKDF2) of the normalised password (<see cref="PasswordPolicy.Normalize"/>), so that whoever sets or checks a password, Identity's own
/// classes too, means the same one.
/// </summary>
public sealed class PortalPasswordHasher : PasswordHasher<PortalUser>
{
    public override string HashPassword(PortalUser user, string password) => base.HashPassword(user, PasswordPolicy.Normalize(password));

    public override PasswordVerificationResult VerifyHashedPassword(PortalUser user, string hashedPassword, string providedPassword) =>
        base.VerifyHashedPassword(user, hashedPassword, PasswordPolicy.Normalize(providedPassword));
}
