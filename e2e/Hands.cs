using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>Fills in forms and counts the effort: values typed, ticks, files. Choosing from a list is not typing.</summary>
public sealed class Hands(Window window)
{
    public int Typed { get; private set; }

    public int Ticks { get; private set; }

    public int Files { get; private set; }

    public async Task TypeAsync(string label, string value)
    {
        await window.Field(label).FillAsync(value);
        Typed++;
    }

    public async Task TypeAsync(ILocator field, string value)
    {
        await field.FillAsync(value);
        Typed++;
    }

    public async Task TickAsync(string label)
    {
        await window.Field(label).CheckAsync();
        Ticks++;
    }

    public async Task ChooseAsync(string label) => await window.Field(label).CheckAsync();

    public Task AttachAsync(string label, params string[] paths) => AttachAsync(window.Field(label), paths);

    public async Task AttachAsync(ILocator field, params string[] paths)
    {
        await field.SetInputFilesAsync(paths);
        Files += paths.Length;
    }

    public async Task PressAsync(string button) => await window.Button(button).ClickAsync();

    public override string ToString() => $"{Typed} typed values, {Ticks} ticks, {Files} files";
}
