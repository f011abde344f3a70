// A click on the head of a column sorts by it; a second click the other way round. Cells without a number come last.
const heads = Array.from(root.querySelectorAll('th')), body = root.querySelector('tbody');

function sort(head, column) {
  const sign = head.getAttribute('aria-sort') === 'descending' ? 1 : -1;
  const key = (row) => {
    const { number } = row.children[column].dataset;
    return [number === undefined, number === undefined ? row.children[column].textContent : Number(number)];
  };
  const rows = Array.from(body.children).map((row) => [key(row), row]);
  rows.sort(([[aLast, a]], [[bLast, b]]) => aLast - bLast || (a < b ? -sign : a > b ? sign : 0));
  body.append(...rows.map(([, row]) => row));
  heads.forEach((other) => other.removeAttribute('aria-sort'));
  head.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
}

heads.forEach((head, column) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...head.childNodes);
  button.onclick = () => sort(head, column);
  head.append(button);
});
