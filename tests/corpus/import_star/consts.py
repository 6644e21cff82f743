GOOD = ['Tree', 'Forest', 'Park']
BAD = ['Pollution', 'Smoke', 'Litter']
LIMIT = 0.65
