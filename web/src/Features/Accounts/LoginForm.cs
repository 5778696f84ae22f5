namespace GrantPortal.Web.Features.Accounts;

/// <summary>The sign-in form.</summary>
public sealed class LoginForm
{
    public string? Email { get; set; }

    public string? Password { get; set; }

    /// <summary>Where to go afterwards; used only when it is an address of the portal.</summary>
    public string? ReturnUrl { get; set; }
}
