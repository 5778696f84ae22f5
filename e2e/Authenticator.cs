using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>Chromium's virtual authenticator: a device with a finger that is always there.</summary>
public static class Authenticator
{
    public static async Task AddAuthenticatorAsync(this Window window)
    {
        var devtools = await window.Context.NewCDPSessionAsync(window.Page);
        await devtools.SendAsync("WebAuthn.enable", new() { ["enableUI"] = false });
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = true,
                automaticPresenceSimulation = true,
            },
        });
    }
}
