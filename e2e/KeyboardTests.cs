using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>The keyboard alone suffices, and one always sees where one is.</summary>
public sealed class KeyboardTests(RunningPortal portal)
{
    [Fact]
    public async Task A_person_signs_in_starts_and_saves_a_step_by_keyboard_alone()
    {
        await using var window = await portal.OpenAsync();
        var keys = window.Page.Keyboard;
        await window.Page.GotoAsync("/login");
        await ToAsync(window, "Email");
        await keys.TypeAsync("office@demo.example");
        await ToAsync(window, "Password");
        await keys.TypeAsync(RunningPortal.Password);
        await keys.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/applications");
        await ToButtonAsync(window, "介護事業所の申請をはじめる");
        await keys.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/office");
        await ToAsync(window, "Office.Number");
        await keys.TypeAsync("1399900016");
        await keys.PressAsync("Tab");
        await Assertions.Expect(window.Field("事業所名")).ToHaveValueAsync("みほん訪問介護ステーション");
        await ToButtonAsync(window, "次へ");
        await keys.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/amount");
    }

    [Fact]
    public async Task Banks_are_chosen_by_name_with_the_arrow_keys()
    {
        await using var window = await portal.SignInAsync("office@demo.example");
        await window.Button("介護事業所の申請をはじめる").ClickAsync();
        await window.Page.WaitForURLAsync("**/office");
        await window.Page.GotoAsync(window.Page.Url.Replace("/office", "/account", StringComparison.Ordinal));
        // An earlier application's account is prefilled.
        await window.Field("銀行コード").FillAsync("");
        await window.Field("銀行コード").PressSequentiallyAsync("みほん");
        await window.Page.GetByRole(AriaRole.Option).First.WaitForAsync();
        await window.AssertAccessibleAsync("③ with the list of banks open");
        await window.Page.Keyboard.PressAsync("ArrowDown");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Field("銀行コード")).ToHaveValueAsync("0000");
    }

    private static async Task ToAsync(Window window, string name) => await TabUntilAsync(window, $"() => document.activeElement?.name === '{name}'", name);

    private static async Task ToButtonAsync(Window window, string text) => await TabUntilAsync(window, $"() => document.activeElement?.textContent.trim() === '{text}'", text);

    private static async Task TabUntilAsync(Window window, string condition, string what)
    {
        for (var i = 0; i < 150; i++)
        {
            if (await window.Page.EvaluateAsync<bool>(condition))
            {
                var visible = await window.Page.EvaluateAsync<bool>(
                    "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'; }");
                Assert.True(visible, $"The focus on {what} cannot be seen.");
                return;
            }
            await window.Page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"{what} is not reached by Tab.");
    }
}
